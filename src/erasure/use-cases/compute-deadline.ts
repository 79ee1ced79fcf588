import type { Config } from "../../platform/config";
import type { Clock } from "../../platform/clock";
import { createWorkingDays } from "../../platform/holidays";
import { type Deadline, deadlineOf, type WorkingDays } from "../deadline-model";
import type { ErasureRequest } from "../storage/erasure-queries";

export interface Notice {
  readonly kind: string;
  readonly sentAt: Date;
}

const calendars = new Map<string | undefined, WorkingDays>();

function workingDaysOf(code: string | undefined): WorkingDays {
  const known = calendars.get(code) ?? createWorkingDays(code);
  calendars.set(code, known);
  return known;
}

/** Both dates of a request in the controller's zone and with its holidays; `notices` are those sent to this person. */
export function computeDeadline(around: { clock: Clock; config: Config }, request: ErasureRequest, notices: readonly Notice[]): Deadline {
  const extensionNotices = notices.filter((notice) => notice.kind === "EXTENSION").map((notice) => notice.sentAt.getTime());
  const facts = { ...request, extensionNoticeAt: extensionNotices.length > 0 ? new Date(Math.min(...extensionNotices)) : null };
  return deadlineOf(facts, around.clock.now(), around.config.zone, workingDaysOf(around.config.holidays));
}
