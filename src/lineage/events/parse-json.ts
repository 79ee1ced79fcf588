import type { Fault } from "./fault-model";

/** The value of a JSON text, or what is wrong with it. */
export function parseJson(text: string): { readonly value: unknown } | { readonly faults: readonly Fault[]; readonly value?: undefined } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { faults: [{ path: "$", message: "is no JSON text" }] };
  }
}
