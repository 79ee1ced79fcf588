import type { Deps } from "./deps";
import { Refusal, type ErrorCode } from "./errors";

/** What the audit log learns of a refusal: `<room>.<operation>`, the principal, and the object it was about. */
export interface Denial {
  readonly action: string;
  readonly actor: string;
  readonly object?: string;
}

/** Writes the `denied` entry in its own transaction. Injected: the platform does not know the audit room. */
export type RecordDenied = (deps: Deps, denial: Denial) => Promise<void>;

const RECORDED: ReadonlySet<ErrorCode> = new Set(["FORBIDDEN", "CONFLICT", "PRECONDITION_FAILED"]);

/** The entry to write about an error that ended the operation which `permission` guards; undefined where none is due. */
export function denialOf(error: unknown, permission: string, actor: string): Denial | undefined {
  if (!(error instanceof Refusal) || !RECORDED.has(error.code)) return undefined;
  return { action: permission.replace(":", "."), actor, object: error.object };
}
