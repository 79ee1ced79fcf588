import { createPrivateKey } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import {
  generateSecret, generateSigningKey, parseSigningKey, parseVerifyingKey, publicKeyText, signMessage, verifyMessage,
} from "../../src/protocol";
import type { SignatureHeaders } from "../../src/protocol";

// The vector of Standard Webhooks' own test suites.
const VECTOR = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  at: new Date(1614265330 * 1000),
  body: '{"test": 2432232314}',
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
// RFC 8032, 7.1, test 3.
const RFC8032 = {
  seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
  publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
};
const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");

const at = new Date("2026-11-22T10:00:00.400Z");
const later = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);

function signedBy(...keys: string[]): SignatureHeaders {
  return signMessage("order_1", at, "{}", keys.map(parseSigningKey));
}

function faultOf(headers: Record<string, string | undefined>, keys: string[], now = at, body = "{}"): string | undefined {
  return verifyMessage(headers, body, keys.map(parseVerifyingKey), now).fault;
}

describe("v1, the shared secret", () => {
  it("signs the published vector", () => {
    expect(signMessage(VECTOR.id, VECTOR.at, VECTOR.body, [parseSigningKey(VECTOR.secret)])).toEqual({
      "webhook-id": VECTOR.id, "webhook-timestamp": "1614265330", "webhook-signature": VECTOR.signature,
    });
  });

  it("verifies the published vector", () => {
    const headers = { "webhook-id": VECTOR.id, "webhook-timestamp": "1614265330", "webhook-signature": VECTOR.signature };
    expect(verifyMessage(headers, VECTOR.body, [parseVerifyingKey(VECTOR.secret)], VECTOR.at)).toMatchObject({ id: VECTOR.id, timestamp: VECTOR.at });
  });

  it("agrees with the reference library on every message", () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.string({ unit: "binary" }), fc.nat(4_000_000_000), (bytes, body, seconds) => {
      const secret = `whsec_${Buffer.from(bytes).toString("base64")}`;
      const instant = new Date(seconds * 1000);
      const reference = new Webhook(secret).sign("order_1", instant, body);
      const headers = signMessage("order_1", instant, body, [parseSigningKey(secret)]);
      expect(headers["webhook-signature"]).toBe(reference);
      expect(verifyMessage(headers, body, [parseVerifyingKey(secret)], instant).fault).toBeUndefined();
    }));
  });
});

describe("v1a, Ed25519", () => {
  it("reads a private key of 32 or 64 raw bytes and derives the public key of RFC 8032", () => {
    const expected = `whpk_${base64(RFC8032.publicKey)}`;
    expect(publicKeyText(`whsk_${base64(RFC8032.seed)}`)).toBe(expected);
    expect(publicKeyText(`whsk_${base64(RFC8032.seed + RFC8032.publicKey)}`)).toBe(expected);
  });

  it("takes an Ed25519 key object as it is", () => {
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(RFC8032.seed, "hex")]);
    expect(publicKeyText(createPrivateKey({ key: der, format: "der", type: "pkcs8" }))).toBe(`whpk_${base64(RFC8032.publicKey)}`);
  });

  it("verifies what it signs, whatever the body, and nothing that differs in one byte", () => {
    const pair = generateSigningKey();
    const keys = [parseVerifyingKey(pair.publicKey)];
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (body, position, change) => {
      const headers = signMessage("order_1", at, body, [parseSigningKey(pair.privateKey)]);
      expect(verifyMessage(headers, body, keys, at).fault).toBeUndefined();
      const altered = Uint8Array.from(body);
      altered[position % body.length]! ^= change;
      expect(verifyMessage(headers, altered, keys, at).fault).toBe("BAD_SIGNATURE");
    }));
  });

  it("does not take a shared secret's signature where only public keys are accepted", () => {
    const secret = generateSecret();
    expect(faultOf({ ...signedBy(secret) }, [generateSigningKey().publicKey])).toBe("BAD_SIGNATURE");
  });

  it("does not take the bytes of a public key for a shared secret", () => {
    const pair = generateSigningKey();
    const forged = new Webhook(`whsec_${pair.publicKey.slice("whpk_".length)}`).sign("order_1", at, "{}");
    const headers = { ...signedBy(pair.privateKey), "webhook-signature": forged };
    expect(faultOf(headers, [pair.publicKey])).toBe("BAD_SIGNATURE");
  });
});

describe("key rotation", () => {
  const [older, newer] = [generateSigningKey(), generateSigningKey()];

  it("a message signed with both keys is accepted by who knows either", () => {
    const headers = { ...signedBy(newer.privateKey, older.privateKey) };
    expect(faultOf(headers, [older.publicKey])).toBeUndefined();
    expect(faultOf(headers, [newer.publicKey])).toBeUndefined();
  });

  it("who accepts both keys learns which one signed", () => {
    const verified = verifyMessage({ ...signedBy(newer.privateKey) }, "{}", [older, newer].map((pair) => parseVerifyingKey(pair.publicKey)), at);
    expect(verified.fault === undefined && verified.key.text).toBe(newer.publicKey);
  });

  it("a retired key signs nothing any more", () => {
    expect(faultOf({ ...signedBy(older.privateKey) }, [newer.publicKey])).toBe("BAD_SIGNATURE");
    expect(faultOf({ ...signedBy(older.privateKey) }, [])).toBe("BAD_SIGNATURE");
  });
});

describe("what is refused", () => {
  const pair = generateSigningKey();
  const good = signedBy(pair.privateKey);

  it.each([[-300, undefined], [300, undefined], [-301, "STALE"], [301, "STALE"]])("a clock %d seconds off: %s", (seconds, fault) => {
    expect(faultOf({ ...good }, [pair.publicKey], later(seconds))).toBe(fault);
  });

  it.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("a message without %s is unsigned", (header) => {
    expect(faultOf({ ...good, [header]: undefined }, [pair.publicKey])).toBe("UNSIGNED");
  });

  it.each([
    ["another id", { "webhook-id": "order_2" }],
    ["an id with a dot", { "webhook-id": "order.1" }],
    ["another timestamp", { "webhook-timestamp": String(Math.floor(at.getTime() / 1000) + 1) }],
    ["a timestamp that is no number", { "webhook-timestamp": "2026-11-22" }],
    ["a timestamp in hexadecimal", { "webhook-timestamp": "0x692b" }],
    ["a signature without a scheme", { "webhook-signature": good["webhook-signature"].slice(4) }],
    ["an unknown scheme", { "webhook-signature": good["webhook-signature"].replace("v1a", "v2") }],
    ["a shortened signature", { "webhook-signature": good["webhook-signature"].slice(0, 40) }],
    ["a flood of signatures", { "webhook-signature": `${"v1a,AAAA ".repeat(16)}${good["webhook-signature"]}` }],
  ])("%s", (_, change) => {
    expect(faultOf({ ...good, ...change }, [pair.publicKey])).toBe("BAD_SIGNATURE");
  });

  it("a header that came twice", () => {
    expect(verifyMessage({ ...good, "webhook-id": ["order_1", "order_2"] }, "{}", [parseVerifyingKey(pair.publicKey)], at).fault).toBe("BAD_SIGNATURE");
  });

  it("signing an id with a dot, or with no key", () => {
    expect(() => signMessage("order.1", at, "{}", [parseSigningKey(pair.privateKey)])).toThrow("without a dot");
    expect(() => signMessage("order_1", at, "{}", [])).toThrow("signing key");
  });

  it.each([
    ["a secret that is too short", "whsec_AAAA"],
    ["a secret that is not base64", "whsec_!!!KQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ["a public key of the wrong length", "whpk_AAAA"],
    ["a private key where a public key belongs", `whsk_${base64(RFC8032.seed)}`],
    ["no key at all", ""],
  ])("%s as a verifying key, without repeating it", (_, text) => {
    expect(() => parseVerifyingKey(text)).toThrow(/expected|must/);
    expect(() => parseVerifyingKey(text)).not.toThrow(text.length > 6 ? text.slice(6) : "nothing of the sort");
  });

  it("a private key whose public half belongs to another", () => {
    expect(() => parseSigningKey(`whsk_${base64(RFC8032.seed + RFC8032.seed)}`)).toThrow("does not belong");
  });
});
