import { createSecretKey, randomBytes } from "node:crypto";
import { type DataKey, open, seal } from "../../../src/platform/crypto/envelope";

const dataKey = (id = "dek1"): DataKey => ({ id, kek: "kek1", secret: createSecretKey(randomBytes(32)) });
const place = { table: "subject_identifiers", column: "sealed", row: "1" };

describe("a sealed value", () => {
  const key = dataKey();
  const sealed = seal(key, place, "Ada Łovelace 🌍");

  test("opens with its key at its place", () => {
    expect(open(key, place, sealed)).toBe("Ada Łovelace 🌍");
  });

  test("has the form v1.kek.dek.iv.ciphertext and shows nothing of the text", () => {
    expect(sealed).toMatch(/^v1\.kek1\.dek1\.[\w-]{16}\.[\w-]+$/);
    expect(Buffer.from(sealed.split(".")[4]!, "base64url").toString("latin1")).not.toContain("Ada");
  });

  test("is sealed differently every time", () => {
    expect(seal(key, place, "Ada")).not.toBe(seal(key, place, "Ada"));
  });

  test("may be empty", () => {
    expect(open(key, place, seal(key, place, ""))).toBe("");
  });

  test.each([
    ["table", { ...place, table: "other" }],
    ["column", { ...place, column: "other" }],
    ["row", { ...place, row: "2" }],
    ["cut between column and row", { ...place, column: "sealed1", row: "" }],
  ])("does not open at another place: %s", (_name, other) => {
    expect(() => open(key, other, sealed)).toThrow(/cannot be opened/);
  });

  test("does not open with another key", () => {
    expect(() => open(dataKey(), place, sealed)).toThrow(/cannot be opened/);
  });

  test.each([0, 1, 2, 3, 4])("does not open when part %i was altered", (part) => {
    const parts = sealed.split(".");
    parts[part] = (parts[part]!.startsWith("A") ? "B" : "A") + parts[part]!.slice(1);
    expect(() => open(key, place, parts.join("."))).toThrow(/cannot be opened/);
  });

  test.each(["", "v1", "v1.a.b.c", `${sealed}.x`, "v2.a.b.c.d", sealed.slice(0, -30)])("does not open when its form is wrong: %#", (text) => {
    expect(() => open(key, place, text)).toThrow(/cannot be opened/);
  });

  test("is not quoted by the error", () => {
    const attempt = (): string => open(dataKey(), place, sealed);
    expect(attempt).not.toThrow(sealed.split(".")[4]);
  });
});
