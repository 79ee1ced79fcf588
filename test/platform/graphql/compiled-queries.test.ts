import { QueryCompiler } from "../../../src/platform/graphql/query-compiler";
import { type Answer, type LibraryWorld, serveLibrary } from "./graphql-world";
import { loads, seen } from "./library";

let world: LibraryWorld;
beforeAll(async () => {
  world = await serveLibrary();
});
afterAll(() => world.stop());

/** How each query after this was executed: by graphql-js at the first sight of its document, compiled from then on. */
let compiled: boolean[] = [];
beforeEach(() => {
  const find = QueryCompiler.prototype.find;
  compiled = [];
  jest.spyOn(QueryCompiler.prototype, "find").mockImplementation(function (this: QueryCompiler, ...args) {
    const found = find.apply(this, args);
    compiled.push(found !== undefined);
    return found;
  });
  seen.length = 0;
});
afterEach(() => jest.restoreAllMocks());

const withoutIds = (answer: Answer): unknown => ({
  ...answer,
  errors: answer.errors?.map(({ extensions: { code }, ...error }) => ({ ...error, code })),
});

/** Asks three times; answers what was answered, having made sure that it was the same and that the resolvers were asked the same. */
async function askEachWay(query: string, variables?: Record<string, unknown>): Promise<Answer> {
  const answers = [];
  for (const _ of [1, 2, 3]) answers.push(await world.ask(query, variables));
  expect(withoutIds(answers[1]!)).toEqual(withoutIds(answers[0]!));
  expect(withoutIds(answers[2]!)).toEqual(withoutIds(answers[0]!));
  const third = seen.length / 3;
  expect(seen.slice(third, 2 * third)).toEqual(seen.slice(0, third));
  return answers[2]!;
}

describe("a compiled query is answered as graphql-js answers it:", () => {
  afterEach(() => expect(compiled).toEqual([false, true, true]));

  test("lists, loaders, nested pages", async () => {
    loads.length = 0;
    const { data } = await askEachWay(
      "{ books(first: 5) { edges { cursor node { id title genre printedAt author { name } sequels(first: 2) { pageInfo { hasNextPage } } } } } }",
    );
    expect(data).toMatchObject({
      books: {
        edges: [{ node: { title: "Book 1", printedAt: "2000-01-01T00:00:00.000Z", author: { name: "Author author-1" } } }, {}, {}, {}, {}],
      },
    });
    expect(loads).toHaveLength(3);
  });

  test("variables given, and left to their defaults", async () => {
    const query = `query ($first: Int = 2, $filter: BookFilter, $at: DateTime = "1999-12-31T00:00:00Z", $size: Int) {
      books(first: $first, filter: $filter) { edges { cursor } }
      other: books(first: $size, filter: { genre: POEM }) { edges { cursor } }
      book(id: 1, at: $at) { id }
    }`;
    await askEachWay(query, { filter: { title: "Faust" } });
    expect(seen.slice(0, 3)).toEqual([
      { first: 2, after: undefined, filter: { title: "Faust", genre: "NOVEL" } },
      { first: 50, after: undefined, filter: { genre: "POEM" } },
      { id: "1", at: new Date("1999-12-31T00:00:00Z") },
    ]);
  });

  test("instants as literals and as variables", async () => {
    const query = `query ($at: DateTime!) {
      a: book(id: "1", at: $at) { id }
      b: book(id: 2, at: "2026-03-02T10:00:00+01:00") { id }
      books(first: 1, filter: { printedBefore: "2026-03-02T09:00:00Z" }) { edges { cursor } }
    }`;
    const at = new Date("2026-03-02T09:00:00Z");
    await askEachWay(query, { at: "2026-03-02T09:00:00Z" });
    expect(seen.slice(0, 3)).toEqual([
      { id: "1", at },
      { id: "2", at },
      { first: 1, after: undefined, filter: { printedBefore: at, genre: "NOVEL" } },
    ]);
  });

  test("nulls, given as literals and as variables", async () => {
    await askEachWay(
      `query ($after: String, $filter: BookFilter) {
        books(first: 1, after: $after, filter: $filter) { edges { cursor } }
        b: books(first: 1, filter: null, after: null) { edges { cursor } }
      }`,
      {
        after: null,
        filter: null,
      },
    );
    expect(seen.slice(0, 2)).toEqual([
      { first: 1, after: null, filter: null },
      { first: 1, after: null, filter: null },
    ]);
  });

  test("a refusal of a nested field, with its place and what else was found", async () => {
    const { data, errors } = await askEachWay(`{ book(id: "1") { title fault(kind: "forbidden") } }`);
    expect(data).toEqual({ book: { title: "Book 1", fault: null } });
    expect(errors).toEqual([
      {
        message: "Not this one",
        path: ["book", "fault"],
        locations: [{ line: 1, column: 25 }],
        extensions: { code: "FORBIDDEN", id: expect.any(String) },
      },
    ]);
  });

  test("an unexpected error is masked", async () => {
    const { errors } = await askEachWay(`{ book(id: "1") { fault(kind: "crash") } }`);
    expect(errors).toMatchObject([{ path: ["book", "fault"], extensions: { code: "INTERNAL" } }]);
    expect(JSON.stringify(errors)).not.toContain("secret");
    const failures = world.logged.filter(({ msg }) => msg === "operation failed");
    expect(failures).toEqual([1, 2, 3].map(() => expect.objectContaining({ path: "book.fault", requestId: expect.any(String) })));
    expect(failures.at(-1)?.requestId).toBe(errors?.[0]?.extensions.id);
  });

  test("a value of ours that does not fit the schema is our fault, and not shown", async () => {
    const { data, errors } = await askEachWay("{ broken }");
    expect([data, errors?.map(({ extensions }) => extensions.code)]).toEqual([null, ["INTERNAL"]]);
    expect(JSON.stringify(errors)).not.toContain("secret");
  });

  test("a refusal of the whole operation", async () => {
    expect(await askEachWay(`{ book(id: "book-404") { id } }`)).toMatchObject({
      data: { book: null },
      errors: [{ message: "No such book", extensions: { code: "NOT_FOUND" } }],
    });
  });

  test("fragments, inline fragments and aliases", async () => {
    await askEachWay(
      `{ books(first: 1) { ...Page } again: books(first: 2) { ...Page } }
       fragment Page on BookConnection { edges { node { ... on Book { name: title } __typename } } }`,
    );
  });
});

describe("graphql-js executes what the compiler does not take:", () => {
  afterEach(() => expect(compiled).toEqual([false, false, false]));

  test("mutations", () => askEachWay(`mutation { addBook(input: { title: "Faust" }) { title genre } }`));

  test("introspection, which shows nothing of the compiler", async () => {
    expect(JSON.stringify(await askEachWay("{ __schema { types { name } } }"))).not.toContain("Coerced");
  });

  test("skip and include, also in operations that share a fragment", async () => {
    const query = `query A($yes: Boolean!) { books(first: 1) { edges { node { ...B @include(if: $yes) id } } } }
      fragment B on Book { title }`;
    expect(await askEachWay(query, { yes: true })).toMatchObject({ data: { books: { edges: [{ node: { title: "Book 1" } }] } } });
  });

  test("a variable within a literal, absent or given", async () => {
    const query =
      "query ($title: String, $genre: Genre) { books(first: 1, filter: { title: $title, genre: $genre }) { edges { cursor } } }";
    await askEachWay(query, { title: null });
    expect(seen[0]).toMatchObject({ filter: { title: null, genre: "NOVEL" } });
  });

  test("a text that would end up in the compiler's code", async () => {
    const attack = "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d0),x:(globalThis.hacked=true";
    await askEachWay(`{ book(id: "${attack}") { id } }`);
    await world.ask(`query ($id: ID = "${attack}") { book(id: $id) { id } }`);
    await world.ask(`{ book(id: "${attack.replaceAll("_", "\\u005f")}") { id } }`);
    compiled.length = 3;
    expect(globalThis).not.toHaveProperty("hacked");
  });
});

test("variables that do not fit are refused, compiled or not, with code, place and location", async () => {
  const query = "query ($first: Int, $filter: BookFilter) { books(first: $first, filter: $filter) { edges { cursor } } }";
  await world.ask(query, { first: 1 });
  await world.ask(query, { first: 1 });
  seen.length = 0;
  const { data, errors } = await askEachWay(query, { first: "secret", filter: { printedBefore: "secret", genre: "secret", pages: 3 } });
  expect(compiled).toEqual([false, true, true, true, true]);
  expect(data).toBeUndefined();
  expect(errors?.map(({ message, locations, extensions }) => [message, locations, extensions.code])).toEqual([
    ["$first: Int cannot represent non-integer value.", [{ line: 1, column: 8 }], "BAD_USER_INPUT"],
    [
      '$filter.printedBefore: Expected type "DateTime". DateTime: expected an RFC 3339 instant such as 2026-11-22T15:00:00Z',
      [{ line: 1, column: 21 }],
      "BAD_USER_INPUT",
    ],
    ['$filter.genre: The value does not exist in "Genre" enum.', [{ line: 1, column: 21 }], "BAD_USER_INPUT"],
    ['$filter: Field "pages" is not defined by type "BookFilter".', [{ line: 1, column: 21 }], "BAD_USER_INPUT"],
  ]);
});
