import type { Deps } from "../../platform/deps";
import { type HttpResponse, type Route, text } from "../../platform/http/route";
import { SIZE_TYPE } from "../../protocol/tlog/add-checkpoint";
import { formatVkey } from "../../protocol/tlog/signed-note";
import { findWitnessedNote } from "../storage/witnessed-log-queries";
import { readWitnessVkey, witnessCheckpoint } from "../use-cases/witness-checkpoint";
import { parseWitnessedLogs, type WitnessRefusal } from "../witness-model";

/** Post-quantum signatures of others may stand on a checkpoint: nearly 5 kB each. */
const BODY_BYTES = 256 * 1024;

/** Where other logs have their checkpoints witnessed (C2SP tlog-witness); anybody may ask, because a request proves itself by the log's signature. */
export function witnessRoutes(deps: Deps): Route[] {
  const logs = parseWitnessedLogs(deps.config.witnessedLogs);
  return [
    {
      method: "POST",
      path: "/audit/witness/add-checkpoint",
      access: "public",
      bodyLimit: BODY_BYTES,
      handle: async ({ body }) => {
        const answer = await witnessCheckpoint(deps, logs, body);
        return "refused" in answer ? refuse(answer) : text(200, answer.cosignature);
      },
    },
    { method: "GET", path: "/audit/witness/vkey", access: "public", handle: async () => text(200, `${formatVkey(await readWitnessVkey(deps))}\n`) },
    {
      method: "GET",
      path: "/audit/witness/:origin/checkpoint",
      access: "public",
      handle: async ({ params }) => {
        const note = await findWitnessedNote(deps.db, params.origin as string);
        return note === undefined ? text(404, "this log is not witnessed here\n") : text(200, note);
      },
    },
  ];
}

const STATUS = { MALFORMED: 400, UNTRUSTED: 403, UNKNOWN_LOG: 404, INCONSISTENT: 422 } as const;

const refuse = (refusal: WitnessRefusal): HttpResponse =>
  refusal.refused === "CONFLICT"
    ? { status: 409, headers: { "content-type": SIZE_TYPE }, body: `${refusal.size}\n` }
    : text(STATUS[refusal.refused], `${refusal.why}\n`);
