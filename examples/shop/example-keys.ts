import { createHash } from "node:crypto";

/**
 * The key by which an example service signs its answers. EVERYBODY CAN COMPUTE IT FROM THIS LINE: it exists so that cadastre.yaml can name
 * the public halves, and must never be used for anything but this example. Make a real one with `generateSigningKey()`, and keep it secret.
 */
export function exampleSigningKey(service: string): string {
  const seed = createHash("sha256").update(`cadastre example, not a secret, never use elsewhere: ${service}`).digest();
  return `whsk_${seed.toString("base64")}`;
}
