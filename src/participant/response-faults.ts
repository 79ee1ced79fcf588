import type { SignatureFault } from "../protocol";
import { isRefusalCode } from "./refusals";

const SIGNATURE: Record<SignatureFault, string> = {
  UNSIGNED: "one without the three webhook headers",
  STALE: "one signed more than five minutes before or after: is the service's clock right?",
  BAD_SIGNATURE: "one that fits none of its registered public keys: does the service sign with the key that is registered?",
};

const STATUS: Readonly<Record<number, string>> = {
  401: "does the service trust Cadastre's keys (/orders/keys), is its clock right, does it know itself by the audience of the order?",
  404: "is the endpoint's URL right?",
  405: "does the endpoint take POST?",
  500: "the service's own log says why",
  501: "has every dataset of the order a handler of this kind?",
};

export const describeFault = (fault: SignatureFault): string => `${SIGNATURE[fault]} (${fault})`;

/** The status, the code that the kit would send with it, and what it usually means. Nothing else of the body: it might hold anything. */
export function describeStatus({ status, body }: { readonly status: number; readonly body: string | Uint8Array }): string {
  const code = codeIn(body);
  return `HTTP ${status}${code ? ` ${code}` : ""}${STATUS[status] ? `: ${STATUS[status]}` : ""}`;
}

function codeIn(body: string | Uint8Array): string | undefined {
  try {
    const { code } = JSON.parse(Buffer.from(body).toString()) as { code?: unknown };
    return typeof code === "string" && isRefusalCode(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
