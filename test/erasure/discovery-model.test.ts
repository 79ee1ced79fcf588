import { type Assertion, judgeAssertions, type KnownIdentifier, MAX_IDENTIFIERS, vouchesFor } from "../../src/erasure/discovery-model";

const ada: KnownIdentifier = { type: "email", value: "ada@example.org", status: "ASSERTED" };
const customer = (value: string): Assertion => ({ type: "customer_id", value });
const identity = { key: "identity", declaredTypes: new Set(["email", "customer_id"]) };
const marketing = { key: "marketing", declaredTypes: new Set(["email", "customer_id"]) };
const issuers = new Map([["customer_id", "identity"]]);

describe("an identifier that a service returns", () => {
  it("is confirmed when the issuer of its type was asked with a trusted one", () => {
    expect(judgeAssertions(identity, [customer("c-1")], [ada], issuers).confirmed).toEqual([customer("c-1")]);
  });

  it("is quarantined when anyone else returns it: a stranger's must not get the stranger erased", () => {
    const judged = judgeAssertions(marketing, [customer("c-2"), { type: "email", value: "eve@example.org" }], [ada], issuers);
    expect(judged.confirmed).toEqual([]);
    expect(judged.quarantined).toHaveLength(2);
  });

  it("is ignored when its type was not declared by the service", () => {
    const judged = judgeAssertions(marketing, [{ type: "passport", value: "x" }], [ada], issuers);
    expect(judged).toEqual({ confirmed: [], quarantined: [], truncated: false });
  });

  it("is quarantined when the unique type has a trusted value already, even from the issuer", () => {
    const known: KnownIdentifier[] = [ada, { ...customer("c-1"), status: "CONFIRMED" }];
    expect(judgeAssertions(identity, [customer("c-2")], known, issuers).quarantined).toEqual([customer("c-2")]);
    expect(judgeAssertions(identity, [customer("c-3"), customer("c-4")], [ada], issuers)).toMatchObject({ confirmed: [customer("c-3")], quarantined: [customer("c-4")] });
  });

  it("counts once, and the walk is cut at ten with the cut shown", () => {
    expect(judgeAssertions(identity, [ada], [ada], issuers)).toEqual({ confirmed: [], quarantined: [], truncated: false });
    const many = Array.from({ length: 20 }, (_, at) => ({ type: "email", value: `alias-${at}@example.org` }));
    const judged = judgeAssertions(identity, many, [ada], issuers);
    expect(judged.quarantined).toHaveLength(MAX_IDENTIFIERS - 1);
    expect(judged.truncated).toBe(true);
  });
});

it("the issuer vouches for a quarantined identifier only by returning what the person had asserted", () => {
  expect(vouchesFor([{ type: "email", value: "ada@example.org" }], [ada])).toBe(true);
  expect(vouchesFor([{ type: "email", value: "eve@example.org" }], [ada, { type: "email", value: "eve@example.org", status: "QUARANTINED" }])).toBe(false);
});
