import { canonicalBytes, canonicalJson } from "../../src/protocol/canonical-json";

describe("canonical JSON (RFC 8785)", () => {
  test("the example of the RFC has the bytes printed there", () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("members are sorted by UTF-16 code units, at every depth", () => {
    const names = { "\u20ac": "Euro", "\r": "Return", "\ufb33": "Dagesh", "1": { b: 1, a: 2 }, "\u{1f600}": "Smile", "\u0080": "Control", "\u00f6": "O" };
    expect(canonicalJson(names)).toBe(
      '{"\\r":"Return","1":{"a":2,"b":1},"\u0080":"Control","\u00f6":"O","\u20ac":"Euro","\u{1f600}":"Smile","\ufb33":"Dagesh"}',
    );
  });

  test("absent members are left out and minus zero is zero", () => {
    expect(canonicalJson({ a: undefined, b: -0 })).toBe('{"b":0}');
  });

  test("bytes are UTF-8", () => {
    expect(canonicalBytes("é")).toEqual(Buffer.from([0x22, 0xc3, 0xa9, 0x22]));
  });

  test.each([
    ["an endless number", Infinity],
    ["not a number", NaN],
    ["half of a surrogate pair", "\ud800"],
    ["half of a surrogate pair in a name", { "\udc00": 1 }],
    ["a hole in a list", [undefined]],
    ["a date", new Date(0)],
    ["a function", () => 1],
    ["a bigint", 1n],
  ])("%s has no canonical form", (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
