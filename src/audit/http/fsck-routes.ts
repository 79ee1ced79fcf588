import { setTimeout } from "node:timers/promises";
import type { Deps } from "../../platform/deps";
import { Refusal } from "../../platform/errors";
import type { Route } from "../../platform/http/route";
import type { LogFault, LogSummary } from "../fault-model";
import { checkPresentLog } from "../use-cases/check-log";

const REPORT_EVERY_MS = 1_000;

/** Where the whole log is checked: a line `{checked}` now and then, and at the end what was found. One check at a time, because it takes half the machine. */
export function fsckRoutes(deps: Deps): Route[] {
  let isBusy = false;
  return [
    {
      method: "GET",
      path: "/audit/fsck",
      access: "audit:check-log",
      handle: async ({ signal }) => {
        if (isBusy) throw new Refusal("RATE_LIMITED", "the log is being checked for somebody already: ask again when that is done");
        isBusy = true;
        const progress = { checked: 0 };
        const check = checkPresentLog(deps, { onProgress: (checked) => (progress.checked = checked), signal }).finally(() => (isBusy = false));
        // The stream tells, unless nobody is left to be told.
        check.catch(() => undefined);
        return { status: 200, headers: { "content-type": "application/x-ndjson" }, body: report(check, progress) };
      },
    },
  ];
}

async function* report(check: Promise<LogFault | LogSummary>, progress: { readonly checked: number }): AsyncGenerator<string> {
  for (;;) {
    const found = await Promise.race([check, setTimeout(REPORT_EVERY_MS, undefined, { ref: false })]);
    yield `${JSON.stringify(found ?? progress)}\n`;
    if (found !== undefined) return;
  }
}
