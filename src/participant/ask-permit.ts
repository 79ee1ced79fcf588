import type { Settings } from "./settings";

/** A permit is given once: keep it with the delayed job, before acting on it. */
export type Permit = { readonly permitted: true; readonly permit: string } | { readonly permitted: false; readonly reason?: string };

const ASK_TIMEOUT_MS = 30_000;

/** Asks Cadastre whether a delayed effect may still take place. Throws where there is no clear answer: no permit, no effect. */
export async function askPermit<Tx>({ cadastreUrl, token }: Settings<Tx>, orderId: string): Promise<Permit> {
  if (!cadastreUrl || !token) throw new Error("Permits need cadastreUrl and token");
  const response = await fetch(`${cadastreUrl}/orders/${encodeURIComponent(orderId)}/permit`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: "error",
    signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
  });
  const body: unknown = await response.json().catch(() => undefined);
  const { permit, reason } = (typeof body === "object" && body !== null ? body : {}) as { permit?: unknown; reason?: unknown };
  if (response.status === 409) return { permitted: false, ...(typeof reason === "string" && { reason }) };
  if (response.status === 200 && typeof permit === "string" && permit !== "") return { permitted: true, permit };
  throw new Error(`The permit for order ${orderId} was not answered: HTTP ${response.status}`);
}
