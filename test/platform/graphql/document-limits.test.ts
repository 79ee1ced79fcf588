import { getIntrospectionQuery } from "graphql";
import { type Answer, type LibraryWorld, serveLibrary } from "./graphql-world";

let world: LibraryWorld;
beforeAll(async () => {
  world = await serveLibrary();
});
afterAll(() => world.stop());

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join(" ");
const nested = (levels: number, inside: string): string =>
  times(levels, () => "sequels(first: 1) { edges { node {") + inside + " } } }".repeat(levels);

const messageOf = async (query: string, variables = {}): Promise<string | undefined> => {
  const { errors } = await world.ask(query, variables);
  for (const { extensions } of errors ?? []) expect(extensions.code).toBe("BAD_USER_INPUT");
  return errors?.[0]?.message;
};

test("a person's questions are taken: the introspection of a tool, a hundred books with what belongs to them", async () => {
  expect(
    await messageOf(getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, oneOf: true, inputValueDeprecation: true })),
  ).toBeUndefined();
  expect(
    await messageOf(
      "{ books(first: 100) { edges { node { title author { name } sequels { edges { node { title author { name } } } } } } } }",
    ),
  ).toBeUndefined();
});

test("too many tokens", async () => {
  expect(await messageOf(`{ ${times(500, () => "__typename")} }`)).toMatch(/more that 500 tokens/);
});

test("too deep, also through fragments", async () => {
  expect(await messageOf(`{ book(id: 1) { ${nested(4, "title")} } }`)).toBeUndefined();
  expect(await messageOf(`{ book(id: 1) { ${nested(5, "title")} } }`)).toMatch(/depth 17; at most 15/);
  expect(
    await messageOf(`{ book(id: 1) { ...A } } fragment A on Book { ${nested(3, "...B")} } fragment B on Book { ${nested(3, "title")} }`),
  ).toMatch(/depth 20/);
});

test("too many aliases", async () => {
  expect(await messageOf(`{ ${times(31, (index) => `a${index}: __typename`)} }`)).toMatch(/aliases 31; at most 30/);
});

test("too many directives", async () => {
  expect(await messageOf(`{ ${times(31, () => "__typename @skip(if: false)")} }`)).toMatch(/directives 31; at most 30/);
});

test("fragments that double each other are measured at once and refused", async () => {
  const bomb = times(30, (index) => `fragment F${index} on Book { ...F${index + 1} ...F${index + 1} }`);
  const started = performance.now();
  expect(await messageOf(`{ book(id: 1) { ...F0 } } ${bomb} fragment F30 on Book { title }`)).toMatch(/fields 1073741825/);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test("fragments that spread themselves are refused", async () => {
  expect(await messageOf("{ book(id: 1) { ...A } } fragment A on Book { ...B } fragment B on Book { ...A }")).toMatch(
    /Cannot spread fragment/,
  );
});

describe("the cost of an operation", () => {
  const pages = (first: string) =>
    `books(first: ${first}) { edges { node { sequels(first: ${first}) { edges { node { sequels(first: ${first}) { edges { cursor } } } } } } } }`;

  test("counts nested pages by their size, given as literal, variable or default", async () => {
    expect(await messageOf(`{ ${pages("20")} }`)).toBeUndefined();
    expect(await messageOf(`{ ${pages("100")} }`)).toMatch(/touch 1030301 objects, at most 100000/);
    expect(await messageOf(`query ($first: Int = 20) { ${pages("$first")} }`, { first: 100 })).toMatch(/touch 1030301 objects/);
    expect(await messageOf("{ books { edges { node { sequels { edges { node { sequels { edges { cursor } } } } } } } } }")).toMatch(
      /touch 132651 objects/,
    );
  });

  test("is reckoned at every request, also when the document is known", async () => {
    const query = `query ($first: Int!) { ${pages("$first")} }`;
    expect(await messageOf(query, { first: 5 })).toBeUndefined();
    expect(await messageOf(query, { first: 6 })).toBeUndefined();
    expect(await messageOf(query, { first: 100 })).toMatch(/touch/);
  });

  test("counts fragments where they are spread", async () => {
    expect(
      await messageOf(
        `{ ...A b: books(first: 1) { edges { node { ...B } } } } fragment A on Query { ${pages("100")} } fragment B on Book { title }`,
      ),
    ).toMatch(/touch 10303/);
  });
});

describe("the variables of an operation", () => {
  const add = (prints: unknown): Promise<string | undefined> =>
    messageOf("mutation ($input: AddBookInput!) { addBook(input: $input) { id } }", { input: { title: "Faust", prints } });

  test("hold no list of more than 10,000 items and no object of more than 1,000 members, at whatever depth", async () => {
    expect(await add(Array(10_001).fill({ at: "2026-03-02T09:00:00Z" }))).toMatch(/at most 10000 items/);
    expect(await add([{ at: Array(10_001).fill(1) }])).toMatch(/at most 10000 items/);
    expect(await add([Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`member${index}`, 1]))])).toMatch(
      /at most 1000 members/,
    );
  });

  test("may be nested as deep as a client likes", async () => {
    const body = `{"query":"query ($filter: BookFilter) { books(filter: $filter) { edges { cursor } } }","variables":{"filter":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
    expect(((await (await world.post(body)).json()) as Answer).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  test("are looked at until fifty faults are found, so that ten thousand of them cost no more", async () => {
    const started = performance.now();
    const input = { title: "Faust", prints: Array(10_000).fill("x") };
    const { errors } = await world.ask("mutation ($input: AddBookInput!) { addBook(input: $input) { id } }", { input });
    expect(errors).toHaveLength(50);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("in production", () => {
  let production: LibraryWorld;
  beforeAll(async () => {
    production = await serveLibrary({ NODE_ENV: "production" });
  });
  afterAll(() => production.stop());

  test("the schema is not told, neither by introspection nor by hints", async () => {
    expect((await production.ask("{ __schema { types { name } } }")).errors?.[0]?.message).toMatch(/introspection/);
    expect((await production.ask("{ bookz { id } }")).errors?.[0]?.message).toBe('Cannot query field "bookz" on type "Query".');
    expect(
      (await production.ask("query ($f: BookFilter) { books(filter: $f) { edges { cursor } } }", { f: { titel: "x" } })).errors?.[0]
        ?.message,
    ).toBe('$f: Field "titel" is not defined by type "BookFilter".');
    expect((await production.ask("{ __typename }")).data).toEqual({ __typename: "Query" });
  });

  test("elsewhere it is", async () => {
    expect((await world.ask("{ bookz { id } }")).errors?.[0]?.message).toContain("Did you mean");
  });
});
