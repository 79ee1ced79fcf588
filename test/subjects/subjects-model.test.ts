import fc from "fast-check";
import { Refusal } from "../../src/platform/errors";
import { normaliseIdentifier } from "../../src/subjects";

const normalise = (type: string, value: string): string => normaliseIdentifier({ type, value }).value;

function refusal(type: string, value: string): Refusal {
  try {
    normalise(type, value);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("equal identifiers have one normal form", () => {
  test.each([
    ["email", "  Ada@Example.ORG\n", "ada@example.org"],
    ["email", "e\u0301lan@example.org", "élan@example.org"],
    ["phone", "+49 (30) 123-45.67", "+49301234567"],
    ["phone", "+49 (0)30 123/4567", "+49301234567"],
    ["phone", "0049 30 1234567", "+49301234567"],
    ["phone", "+49\u00a030\u20111234567", "+49301234567"],
    ["customer_id", "  C-1042 ", "C-1042"],
    ["name", "Zoe\u0308", "Zoë"],
  ])("%s %j is %j", (type, given, expected) => {
    expect(normalise(type, given)).toBe(expected);
  });

  test("only e-mail ignores upper and lower case", () => {
    expect(normalise("customer_id", "AbC")).toBe("AbC");
  });

  test("normalising again changes nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom("email", "phone", "customer_id"), fc.string({ unit: "grapheme", minLength: 1 }), (type, value) => {
        let once: string;
        try {
          once = normalise(type, value);
        } catch {
          return;
        }
        expect(normalise(type, once)).toBe(once);
      }),
    );
  });
});

describe("an identifier is refused", () => {
  test.each([
    ["an empty value", "email", " \t ", /type email: the value is empty/],
    ["a value of 513 characters", "customer_id", "x".repeat(513), /longer than 512/],
    ["a control character", "customer_id", "a\u0000b", /control characters/],
    ["half a surrogate pair", "customer_id", "a\ud800b", /control characters/],
    ["a space inside an e-mail address", "email", "ada @example.org", /spaces/],
    ["a zero-width space in an e-mail address", "email", "ada\u200b@example.org", /invisible/],
    ["a zero-width space in any other identifier", "customer_id", "c\u200b-1", /invisible/],
    ["a phone number without its country", "phone", "030 1234567", /country code/],
    ["a phone number with letters", "phone", "+49 CALL ME", /country code/],
    ["a phone number that is too long", "phone", "+1234567890123456", /country code/],
    ["a type in upper case", "Email", "ada@example.org", /identifier type/],
    ["a type that begins with a digit", "1d", "x", /identifier type/],
    ["a type of 65 characters", "a".repeat(65), "x", /identifier type/],
    ["an empty type", "", "x", /identifier type/],
  ])("with %s, and its value is not repeated", (_name, type, value, message) => {
    const refused = refusal(type, value);
    expect(refused.code).toBe("BAD_USER_INPUT");
    expect(refused.message).toMatch(message);
    if (value.length > 3) expect(refused.message).not.toContain(value);
  });

  test("but not at the limits", () => {
    expect(normalise("a".repeat(64), "x".repeat(512))).toHaveLength(512);
    expect(normalise("phone", "+1234567")).toBe("+1234567");
  });
});
