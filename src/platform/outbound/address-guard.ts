import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { OutboundFailure } from "./outbound-failure";

export type Scheme = "http:" | "https:";
export type AddressGuard = (address: string, scheme: Scheme) => boolean;

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

const GLOBAL_UNICAST_V6: Range = ipaddr.parseCIDR("2000::/3");
// A cloud's host agent behind a public address; the other metadata addresses lie in private ranges.
const METADATA: Range = ipaddr.parseCIDR("168.63.129.16/32");

/**
 * Which addresses a call may reach: public unicast over https, and whatever lies in an allowed range (CIDR), also over http.
 * An IPv4 address written as IPv6 counts as IPv4. Addresses that lead elsewhere (NAT64, 6to4, Teredo) are not public.
 */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const ranges = allow.map((range): Range => ipaddr.parseCIDR(range));
  return (text, scheme) => {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return ranges.some((range) => lies(address, range)) || (scheme === "https:" && isPublic(address));
  };
}

/**
 * Resolves a name once, and hands on only the addresses that the guard permits: the connection goes to an address that was checked,
 * whatever the name resolves to a moment later. Fails with REFUSED_ADDRESS if none is left.
 */
export function guardedLookup(permits: AddressGuard, scheme: Scheme): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "");
      const permitted = addresses.filter(({ address }) => permits(address, scheme));
      const [first] = permitted;
      if (!first) return callback(refusedAddress(), "");
      if (options.all) return callback(null, permitted);
      callback(null, first.address, first.family);
    });
  };
}

export const refusedAddress = (): OutboundFailure =>
  new OutboundFailure("REFUSED_ADDRESS", "the address is not public, or http; CADASTRE_OUTBOUND_ALLOW can name its range");

const lies = (address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Range): boolean => address.kind() === base.kind() && address.match(base, bits);

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== "unicast" || lies(address, METADATA)) return false;
  return address.kind() === "ipv4" || lies(address, GLOBAL_UNICAST_V6);
}
