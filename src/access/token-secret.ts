import { hash } from "node:crypto";
import type { Ids } from "../platform/ids";

/** `cad_` and 256 random bits: recognisable to secret scanners, beyond guessing, so that a plain hash protects it. */
export const newSecret = (ids: Ids): string => `cad_${ids.bytes(32).toString("base64url")}`;

/** What is stored and compared instead of the secret. */
export const hashOf = (secret: string): Buffer => hash("sha256", secret, "buffer");
