import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema } from "graphql";
import { buildGraphqlSchema } from "../../src/app/graphql-schema";
import { breachesOf, operationsOf } from "./compare-doors";

const DOORS = join(__dirname, "../../../shared/doors.graphql");

describe("the promised doors", () => {
  const here = existsSync(DOORS) ? test : test.skip;

  here("every operation built so far is as doors.graphql promises it", () => {
    const doors = readFileSync(DOORS, "utf8");
    const schema = buildGraphqlSchema();
    expect(operationsOf(schema, doors).built).not.toEqual([]);
    expect(breachesOf(schema, doors)).toEqual([]);
  });
});

describe("what counts as a breach of a promise", () => {
  const doors = `
    type Query { book(id: ID!): Book books(genre: Genre = NOVEL, first: Int = 50, after: String): BookConnection! later: String }
    type Mutation { addBook(input: AddBookInput!): Book! }
    type Book { id: ID! title: String genre: Genre! }
    enum Genre { NOVEL POEM }
    input AddBookInput { title: String! genre: Genre = NOVEL }
  `;
  const kept = `
    type Query { book(id: ID!, knownAt: String): Book books(genre: Genre = NOVEL, first: Int = 50, after: String): BookConnection! }
    type Mutation { addBook(input: AddBookInput!): Book! }
    type Book { id: ID! title: String genre: Genre! more: Int }
    enum Genre { NOVEL POEM }
    input AddBookInput { title: String! genre: Genre = NOVEL shelf: Int pages: Int! = 1 }
    type BookConnection { edges: [BookEdge!]! pageInfo: PageInfo! total: Int }
    type BookEdge { cursor: String! node: Book! }
    type PageInfo { hasNextPage: Boolean! endCursor: String }
  `;

  test("an operation not built yet, and additions that nobody has to use, are none", () => {
    const schema = buildSchema(kept);
    expect(breachesOf(schema, doors)).toEqual([]);
    expect(operationsOf(schema, doors).missing).toEqual(["Query.later"]);
  });

  test.each([
    ["a field that is missing", "title: String genre", "genre", "Book.title is missing"],
    ["another nullability", "title: String genre", "title: String! genre", "Book.title is String!, not String"],
    ["another type", "book(id: ID!, knownAt: String): Book", "book(id: String!): Book", "Query.book(id) is String!, not ID!"],
    ["an argument that is missing", "genre: Genre = NOVEL, first", "first", "Query.books(genre) is missing"],
    ["another default", "first: Int = 50", "first: Int = 20", "Query.books(first) has default 20, not 50"],
    ["a default that is missing", "genre: Genre = NOVEL, first", "genre: Genre, first", "Query.books(genre) has default none, not NOVEL"],
    ["an argument that has to be given", "knownAt: String", "knownAt: String!", "Query.book(knownAt) must not be required"],
    ["an input's member that has to be given", "pages: Int! = 1", "pages: Int!", "AddBookInput.pages must not be required"],
    ["an enum with other values", "NOVEL POEM", "NOVEL PROSE POEM", "Genre is NOVEL PROSE POEM, not NOVEL POEM"],
    ["a connection that is not Relay's", "endCursor: String", "endCursor: ID", "PageInfo.endCursor is ID, not String"],
  ])("%s is one", (_what, from, to, breach) => {
    expect(breachesOf(buildSchema(kept.replace(from, to)), doors)).toEqual([breach]);
  });
});
