import { type Answer, type LibraryWorld, serveLibrary } from "./graphql-world";
import { seen } from "./library";

let world: LibraryWorld;
beforeAll(async () => {
  world = await serveLibrary();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.denials.length = 0;
});

const codes = ({ errors }: Answer): string[] => (errors ?? []).map(({ extensions }) => extensions.code);
const messages = ({ errors }: Answer): string[] => (errors ?? []).map(({ message }) => message);

describe("callers", () => {
  test("without a valid token every request to /graphql answers 401, whatever it says", async () => {
    for (const body of ["{", JSON.stringify({ query: "{ broken" }), JSON.stringify({ query: "{ __typename }" }), "x".repeat(9_000_000)]) {
      const response = await world.post(body, { authorization: "Bearer nobody" });
      const { errors } = (await response.json()) as Answer;
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      expect(errors).toEqual([
        { message: "A bearer token is needed", extensions: { code: "UNAUTHENTICATED", id: response.headers.get("x-request-id") } },
      ]);
    }
    expect((await fetch(`${world.url}/graphql?query={__typename}`, { headers: { "apollo-require-preflight": "1" } })).status).toBe(401);
  });

  test("without an operation's permission its caller is refused, and the audit log learns of it", async () => {
    const answer = await world.ask(`mutation { addBook(input: { title: "Faust" }) { id } }`, {}, "nothing");
    expect([codes(answer), messages(answer)]).toEqual([["FORBIDDEN"], ["library:add-book: your roles do not grant this permission"]]);
    expect(world.denials).toEqual([{ action: "library.add-book", actor: "visitor", object: undefined }]);
  });

  test("each refused operation of a document is a denial of its own", async () => {
    expect(codes(await world.ask("{ a: book(id: 1) { id } b: book(id: 2) { id } }", {}, "nothing"))).toEqual(["FORBIDDEN", "FORBIDDEN"]);
    expect(world.denials.map(({ action, actor }) => [action, actor])).toEqual([
      ["library.book", "visitor"],
      ["library.book", "visitor"],
    ]);
  });

  test("a conflict is written to the audit log with its object; what was merely wrong is not", async () => {
    expect(codes(await world.ask(`mutation { addBook(input: { title: "taken" }) { id } }`))).toEqual(["CONFLICT"]);
    expect(codes(await world.ask(`{ book(id: "book-404") { id } }`))).toEqual(["NOT_FOUND"]);
    expect(codes(await world.ask("{ books(first: 101) { edges { cursor } } }"))).toEqual(["BAD_USER_INPUT"]);
    expect(world.denials).toEqual([{ action: "library.add-book", actor: "librarian", object: "book:7" }]);
  });
});

describe("input", () => {
  test("the rules on input classes are kept, and broken ones named by place", async () => {
    const input = {
      title: "much too long a title",
      prints: [{ at: "2026-03-02T09:00:00Z" }, { at: "2026-03-02T09:00:00Z", press: "Gutenberg" }],
    };
    const answer = await world.ask("mutation ($input: AddBookInput!) { addBook(input: $input) { id } }", { input });
    expect(codes(answer)).toEqual(["BAD_USER_INPUT"]);
    expect(messages(answer)[0]).toMatch(/^title: .*10 characters; prints\.1\.press: .*5 characters$/);
  });

  test("inputs arrive with their defaults and instants", async () => {
    await world.ask("mutation ($input: AddBookInput!) { addBook(input: $input) { id } }", {
      input: { title: "Faust", prints: [{ at: "2026-03-02T10:00:00+01:00" }] },
    });
    expect(seen.at(-1)).toEqual({ title: "Faust", genre: "NOVEL", prints: [{ at: new Date("2026-03-02T09:00:00Z") }] });
  });

  test.each([
    ["a syntax error", `{ book(id: "secret" }`, {}],
    ["a string without end", `{ book(id: "secret`, {}],
    ["an odd escape", `{ book(id: "\\secret") { id } }`, {}],
    ["an odd number", "{ book(id: 0secret) { id } }", {}],
    ["an odd character", "{ book(id: ?secret) { id } }", {}],
    ["an enum literal", 'mutation { addBook(input: { title: "x", genre: secret }) { id } }', {}],
    ["an enum given as text", 'mutation { addBook(input: { title: "x", genre: "secret" }) { id } }', {}],
    ["a literal of another type", `{ books(first: "secret") { edges { cursor } } }`, {}],
    ["an object for a text", `mutation { addBook(input: { title: { secret: 1 } }) { id } }`, {}],
    ["a text for an object", `mutation { addBook(input: "secret") { id } }`, {}],
    ["an instant", `{ book(id: "1", at: "secret") { id } }`, {}],
    ["a variable of another type", "query ($first: Int) { books(first: $first) { edges { cursor } } }", { first: "secret" }],
    ["a variable's instant", "query ($at: DateTime) { book(id: 1, at: $at) { id } }", { at: "secret" }],
    ["a variable's enum", "query ($filter: BookFilter) { books(filter: $filter) { edges { cursor } } }", { filter: { genre: "secret" } }],
    ["an object for a variable", "query ($id: ID!) { book(id: $id) { id } }", { id: { secret: "secret" } }],
    [
      "a text for a list",
      "mutation ($input: AddBookInput!) { addBook(input: $input) { id } }",
      { input: { title: "x", prints: "secret" } },
    ],
    [
      "far too many faults",
      "mutation ($input: AddBookInput!) { addBook(input: $input) { id } }",
      { input: { title: "x", prints: Array(200).fill({ at: "secret" }) } },
    ],
    ["a cursor", `{ book(id: "1") { sequels(first: 0, after: "secret") { edges { cursor } } } }`, {}],
  ])("%s is refused without repeating what was sent", async (_what, query, variables) => {
    const answer = await world.ask(query, variables);
    expect(new Set(codes(answer))).toEqual(new Set(["BAD_USER_INPUT"]));
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  test("a required variable that is missing is named", async () => {
    const query = "query ($id: ID!) { book(id: $id) { id } }";
    expect(messages(await world.ask(query))).toEqual(['$id: Expected non-nullable type "ID!" not to be null.']);
    expect(messages(await world.ask(query, { id: null }))).toEqual(['$id: Expected non-nullable type "ID!" not to be null.']);
  });

  test("a document with several operations has to name one that it has", async () => {
    for (const operationName of [undefined, "C"]) {
      const answer = (await (await world.post({ query: "query A { __typename } query B { __typename }", operationName })).json()) as Answer;
      expect(codes(answer)).toEqual(["BAD_USER_INPUT"]);
    }
  });
});

describe("requests", () => {
  test.each([
    ["no JSON", "{", {}, 400],
    ["no object", "3", {}, 400],
    ["no query", "{}", {}, 400],
    ["a batch", JSON.stringify([{ query: "{ __typename }" }]), {}, 400],
    ["a persisted query", JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: "0" } } }), {}, 200],
    ["variables that are no object", JSON.stringify({ query: "{ __typename }", variables: [1] }), {}, 400],
    ["a form", "query={__typename}", { "content-type": "application/x-www-form-urlencoded" }, 400],
    ["more than 64 MiB", "x".repeat(64 * 1024 * 1024 + 1), {}, 413],
  ])("%s is refused", async (_what, body, headers, status) => {
    const response = await world.post(body, headers);
    const [code] = codes((await response.json()) as Answer);
    expect([response.status, code]).toEqual([status, status === 413 ? "TOO_LARGE" : "BAD_USER_INPUT"]);
  });

  test("a mutation by GET is refused, and nothing is changed", async () => {
    const before = seen.length;
    const query = encodeURIComponent(`mutation { addBook(input: { title: "Faust" }) { id } }`);
    const response = await fetch(`${world.url}/graphql?query=${query}`, {
      headers: { authorization: "Bearer all", "apollo-require-preflight": "1" },
    });
    expect([response.status, codes((await response.json()) as Answer), seen.length]).toEqual([405, ["BAD_USER_INPUT"], before]);
  });

  test("a GET that a foreign web page could send is refused", async () => {
    expect((await fetch(`${world.url}/graphql?query={__typename}`, { headers: { authorization: "Bearer all" } })).status).toBe(400);
  });
});
