import { promisify } from "node:util";
import { createAddressGuard, guardedLookup, type Scheme } from "../../../src/platform/outbound/address-guard";

const strict = createAddressGuard([]);

describe("without an allowance", () => {
  test.each([
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["loopback", "::1"],
    ["private", "10.0.0.1"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["private", "192.168.1.1"],
    ["link-local", "169.254.1.1"],
    ["link-local", "fe80::1"],
    ["link-local with its interface", "fe80::1%eth0"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["unspecified", "0.0.0.0"],
    ["unspecified", "::"],
    ["multicast", "224.0.0.1"],
    ["multicast", "ff02::1"],
    ["broadcast", "255.255.255.255"],
    ["reserved", "240.0.0.1"],
    ["unique local", "fd12:3456:789a::1"],
    ["site-local", "fec0::1"],
    ["IPv4 as IPv6", "::ffff:127.0.0.1"],
    ["IPv4 as IPv6", "::ffff:a00:1"],
    ["IPv4 in the old notation", "::127.0.0.1"],
    ["NAT64", "64:ff9b::7f00:1"],
    ["NAT64 of a local prefix", "64:ff9b:1::7f00:1"],
    ["6to4", "2002:7f00:1::"],
    ["Teredo", "2001:0:7f00:1::"],
    ["documentation", "2001:db8::1"],
    ["cloud metadata", "169.254.169.254"],
    ["cloud metadata", "fd00:ec2::254"],
    ["cloud metadata", "100.100.100.200"],
    ["cloud metadata", "192.0.0.192"],
    ["cloud metadata", "168.63.129.16"],
    ["no address", "localhost"],
    ["no address", ""],
  ])("a %s address is refused: %s", (_kind, address) => {
    expect(strict(address, "https:")).toBe(false);
    expect(strict(address, "http:")).toBe(false);
  });

  test.each(["93.184.215.14", "2606:4700:4700::1111", "::ffff:93.184.215.14", "172.32.0.1", "100.128.0.1"])(
    "a public address is reached over https only: %s",
    (address) => {
      expect(strict(address, "https:")).toBe(true);
      expect(strict(address, "http:")).toBe(false);
    },
  );
});

describe("an allowed range", () => {
  const guard = createAddressGuard(["10.1.0.0/16", "fd00::/8", "93.184.215.14/32"]);

  test.each<[string, string, boolean]>([
    ["inside", "10.1.2.3", true],
    ["inside, written as IPv6", "::ffff:10.1.2.3", true],
    ["outside", "10.2.0.1", false],
    ["inside", "fd12::1", true],
    ["public, but named", "93.184.215.14", true],
    ["public, not named", "93.184.215.15", false],
    ["by way of NAT64", "64:ff9b::a01:203", false],
  ])("holds for http: %s %s", (_where, address, permitted) => {
    expect(guard(address, "http:")).toBe(permitted);
  });

  test("does not narrow what https reaches", () => {
    expect(guard("93.184.215.15", "https:")).toBe(true);
    expect(guard("10.2.0.1", "https:")).toBe(false);
  });
});

describe("the look-up of a name", () => {
  const look = (allow: string[], scheme: Scheme) =>
    promisify((name: string, callback: (error: Error | null, addresses: unknown) => void) =>
      guardedLookup(createAddressGuard(allow), scheme)(name, { all: true }, callback),
    );

  test("hands on only permitted addresses", async () => {
    await expect(look(["127.0.0.0/8"], "http:")("localhost")).resolves.toEqual([{ address: "127.0.0.1", family: 4 }]);
  });

  test("fails where no address is permitted", async () => {
    await expect(look([], "https:")("localhost")).rejects.toMatchObject({ code: "REFUSED_ADDRESS" });
  });
});
