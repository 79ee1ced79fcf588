import { parse } from "graphql";
import { DocumentCache } from "../../../src/platform/graphql/document-cache";

test("the documents asked for last are kept, the others make room", async () => {
  const cache = new DocumentCache();
  const document = parse("{ __typename }");
  for (let at = 0; at < 500; at += 1) await cache.set(`document ${at}`, document);
  await cache.get("document 0");
  await cache.set("one more", document);
  expect(await cache.get("document 0")).toBe(document);
  expect(await cache.get("document 1")).toBeUndefined();
  expect(await cache.get("one more")).toBe(document);
});
