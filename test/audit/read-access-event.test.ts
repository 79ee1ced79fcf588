import { readAccessEvent } from "../../src/audit/use-cases/read-access-event";
import { accessOf, sent } from "./support/access-world";

const ADA = { type: "email", value: "ada@example.org" };

describe("an event as it was sent", () => {
  const NOW = new Date("2026-03-02T09:00:00Z");
  const read = (more: object) => readAccessEvent(sent("e-1", more), NOW);

  test("is read into its normal form", () => {
    const more = { dataset: "dataset:postgresql%3a%2F%2FCRM:people", fields: ["name", "email", "name"], identifier: { type: "email", value: " Ada@Example.org" }, allowed: null, source: "" };
    expect(read(more)).toEqual(accessOf("e-1", { dataset: "dataset:postgres%3A%2F%2Fcrm:people", fields: ["email", "name"], identifier: ADA }));
    expect(read({ fields: null, identifier: null, source: null, purpose: "", basis: "", allowed: false })).toMatchObject({ purpose: "", basis: "", allowed: false });
    expect(read({ at: "2026-03-02T10:05:00+01:00" })).toMatchObject({ at: new Date("2026-03-02T09:05:00Z") });
  });

  test.each<[string, object]>([
    ["at that is no instant", { at: "yesterday" }],
    ["at on the 30th of February", { at: "2026-02-30T00:00:00Z" }],
    ["at before 1970", { at: "1969-12-31T23:59:59Z" }],
    ["at more than five minutes ahead", { at: "2026-03-02T09:05:00.001Z" }],
    ["at as a number", { at: 1_772_442_000_000 }],
    ["no actor", { actor: "" }],
    ["an actor of 513 characters", { actor: "x".repeat(513) }],
    ["an actor with a line break", { actor: "a\nb" }],
    ["an actor that is half of a surrogate pair", { actor: "\ud800" }],
    ["an actor that is null", { actor: null }],
    ["a dataset that is no id", { dataset: "people" }],
    ["a dataset with a broken escape", { dataset: "dataset:%zz:people" }],
    ["a dataset with half of a surrogate pair", { dataset: "dataset:a:\udfff" }],
    ["a dataset of two names", { dataset: "dataset:a:b:c" }],
    ["a dataset of 4097 characters", { dataset: `dataset:a:${"x".repeat(4087)}` }],
    ["fields that are no list", { fields: "email" }],
    ["a field that is no text", { fields: ["email", 5] }],
    ["an empty field", { fields: [""] }],
    ["an identifier without a value", { identifier: { type: "email" } }],
    ["an identifier with more members", { identifier: { type: "email", value: "a@b.c", salt: "x" } }],
    ["an identifier whose value is deep", { identifier: { type: "email", value: [[[]]] } }],
    ["a phone without its country", { identifier: { type: "phone", value: "030 1234567" } }],
    ["an identifier that is a text", { identifier: "ada@example.org" }],
    ["no purpose", { purpose: undefined }],
    ["a purpose that is null", { purpose: null }],
    ["a basis of 513 characters", { basis: "x".repeat(513) }],
    ["allowed that is a text", { allowed: "yes" }],
    ["a source with a control character", { source: "a\u0007" }],
    ["a member that is not known", { identifer: { type: "email", value: "a@b.c" } }],
  ])("is refused by its id with %s", (_, more) => {
    expect(read(more)).toEqual({ eventId: "e-1", code: "BAD_USER_INPUT" });
  });

  test("is refused with a member that would change its kind", () => {
    const text = JSON.stringify(sent("e-1")).replace("{", '{"__proto__":{"allowed":false},');
    expect(readAccessEvent(JSON.parse(text), NOW)).toEqual({ eventId: "e-1", code: "BAD_USER_INPUT" });
  });

  test.each([[""], ["x".repeat(257)], ["a\u0000"]])("is refused with an id that cannot be kept, which is said back", (eventId) => {
    expect(readAccessEvent(sent(eventId), NOW)).toEqual({ eventId, code: "BAD_USER_INPUT" });
  });

  test.each([[undefined], [null], [5], ["x"], [[]], [[sent("e-1")]], [{ eventId: 5 }], [{}]])("that is %j is refused without an id", (value) => {
    expect(readAccessEvent(value, NOW)).toEqual({ eventId: null, code: "BAD_USER_INPUT" });
  });

  test("with more fields than an entry holds is too large", () => {
    const fields = Array.from({ length: 96 }, (_, index) => `${index}`.padEnd(512, "x"));
    expect(read({ fields })).toEqual({ eventId: "e-1", code: "TOO_LARGE" });
    expect(read({ fields: fields.slice(1) })).toMatchObject({ eventId: "e-1", fields: expect.any(Array) as string[] });
  });
});
