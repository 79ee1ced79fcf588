import { type LibraryWorld, serveLibrary } from "./graphql-world";

let world: LibraryWorld;
beforeAll(async () => {
  world = await serveLibrary();
});
afterAll(() => world.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${world.url}${path}`, { headers });

test("a browser is shown GraphiQL, without a token, at the root and at /graphql", async () => {
  for (const path of ["/", "/graphql"]) {
    const page = await get(path, { accept: "text/html,application/xhtml+xml,*/*;q=0.8" });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain("Bearer token");
  }
});

test("everything on the page comes from our own server, and the browser is told to load nothing else", async () => {
  const page = await get("/");
  const policy = page.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  const places = [...(await page.text()).matchAll(/(?:src|href)="([^"]*)"/g)]
    .map(([, place]) => place as string)
    .filter((place) => place !== "data:,");
  expect(places).toEqual(["/graphiql/app.css", "/graphiql/page.css", "/graphiql/app.js", "/graphiql/page.js"]);
  for (const place of [...places, ...["editor", "json", "graphql"].map((worker) => `/graphiql/${worker}.worker.js`)]) {
    const asset = await get(place);
    expect([place, asset.status, asset.headers.get("content-type")]).toEqual([
      place,
      200,
      expect.stringMatching(/^text\/(css|javascript)/),
    ]);
    expect((await asset.text()).length).toBeGreaterThan(100);
  }
});

test("assets are sent compressed, once", async () => {
  const packed = await get("/graphiql/page.js", { "accept-encoding": "gzip" });
  const plain = await get("/graphiql/page.js", { "accept-encoding": "identity" });
  expect([packed.headers.get("content-encoding"), plain.headers.get("content-encoding")]).toEqual(["gzip", null]);
  expect(await packed.text()).toBe(await plain.text());
  expect((await get("/graphiql/page.js", { "if-none-match": packed.headers.get("etag") as string })).status).toBe(304);
});

test("there are no other assets", async () => {
  expect((await get("/graphiql/..%2Fpackage.json")).status).toBe(404);
});
