/**
 * The identifiers of a made-up person: the same for the same sentinel in every order. They can belong to nobody:
 * the domain is reserved (RFC 2606), the phone number is in no country. `sentinelId` is a UUID.
 */
export function sentinelValue(sentinelId: string, type: string): string {
  if (type === "email") return `sentinel-${sentinelId}@cadastre.invalid`;
  if (type === "phone") return `+999${String(BigInt(`0x${sentinelId.replaceAll("-", "")}`) % 10_000_000_000n).padStart(10, "0")}`;
  return `sentinel-${sentinelId}`;
}
