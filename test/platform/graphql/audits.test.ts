import { serverAudits } from "graphql-http";
import { type LibraryWorld, serveLibrary } from "./graphql-world";

let world: LibraryWorld;
beforeAll(async () => {
  world = await serveLibrary();
});
afterAll(() => world.stop());

/** Every audit of GraphQL over HTTP, by a caller that is authenticated and proves that it is no form on somebody's web page. */
const audits = serverAudits({
  url: () => `${world.url}/graphql`,
  fetchFn: (url: string, init?: RequestInit) => {
    const headers = new Headers(init?.headers);
    headers.set("authorization", "Bearer all");
    headers.set("apollo-require-preflight", "1");
    return fetch(url, { ...init, headers });
  },
});

test("the suite has all its 61 audits", () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map((audit) => [audit.id, audit] as const))("audit %s", async (_id, { name, fn }) => {
  const result = await fn();
  expect([name, result.status]).toEqual([name, "ok"]);
});
