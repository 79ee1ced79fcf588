import { setTimeout as delay } from "node:timers/promises";

/** Where accesses are reported to, and how long an answer may take. */
export interface AccessDoor {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
}

/** What became of one event; `again`: for no fault of it. */
export type AccessVerdict = { readonly status: "recorded" | "duplicate" | "again" } | { readonly status: "refused"; readonly code: string };

/** What became of a request: verdicts in the order of its lines, or why there are none. */
export type PostOutcome =
  | { readonly verdicts: readonly AccessVerdict[] }
  | { readonly failure: string; readonly retryAfterMs: number; readonly tooLarge: boolean };

const AGAIN: AccessVerdict = { status: "again" };
const MAX_RETRY_AFTER_MS = 300_000;

/** Posts events, a JSON text each, once. Never throws: what got no answer is to be sent again, which is harmless. */
export async function postAccesses({ url, token, timeoutMs }: AccessDoor, lines: readonly string[], signal: AbortSignal): Promise<PostOutcome> {
  try {
    const response = await fetch(`${url}/audit/events`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson", authorization: `Bearer ${token}` },
      body: `${lines.join("\n")}\n`,
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { failure: `HTTP ${response.status}`, retryAfterMs: retryAfterOf(response), tooLarge: response.status === 413 };
    }
    return { verdicts: await readVerdicts(response, lines.length) };
  } catch {
    return { failure: "no connection", retryAfterMs: 0, tooLarge: false };
  }
}

/** An answer that breaks off leaves the last events without a verdict. */
async function readVerdicts(response: Response, count: number): Promise<AccessVerdict[]> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
  } catch {
    // What has been said so far counts.
  }
  const answered = text.split("\n").slice(0, -1);
  return Array.from({ length: count }, (_, index) => verdictOf(answered[index]));
}

function verdictOf(line: string | undefined): AccessVerdict {
  try {
    const { status, code } = JSON.parse(line ?? "{}") as { status?: unknown; code?: unknown };
    if (status === "recorded" || status === "duplicate") return { status };
    return status === "refused" && typeof code === "string" && code !== "INTERNAL" ? { status, code } : AGAIN;
  } catch {
    return AGAIN;
  }
}

/** Seconds, or a date: the latter is not worth a clock here. */
function retryAfterOf({ headers }: Response): number {
  const seconds = Number(headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, MAX_RETRY_AFTER_MS) : 0;
}

/** Waits, or until the signal is given. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }).catch(() => undefined);
