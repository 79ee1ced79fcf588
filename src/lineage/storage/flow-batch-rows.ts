import { type FlowBatch, FROM_IS_PASSAGE, HAS_NOTE, type Identity, IS_MASKED, PROVENANCE_SHIFT, STORED_PROVENANCES, TO_IS_PASSAGE } from "../graph/flow-batch";
import type { FlowTable } from "../graph/flow-graph";

/**
 * Columns of many rows in one row, each a string of bytes as PostgreSQL sends numbers in binary: a million rows are read several times
 * faster than one by one. Null: there are no rows.
 */
export interface PackedFlows {
  readonly ids: Buffer | null;
  readonly froms: Buffer | null;
  readonly tos: Buffer | null;
  readonly jobs: Buffer | null;
  readonly sinces: Buffer | null;
  readonly untils: Buffer | null;
  readonly bits: Buffer | null;
}

const NOTES: Record<FlowTable, string> = { flows: "f.columns", field_flows: "f.indirect", custody_flows: "false" };
const SPANS: Record<FlowTable, [string, string]> = {
  flows: ["f.valid_from", "f.valid_to"],
  field_flows: ["f.valid_from", "f.valid_to"],
  // A row is one for all declarations of a flow that ever were: while one stands, it is told of that one since when.
  custody_flows: ["case when f.last_at = 'infinity' then coalesce(f.stands_at, f.first_at) else f.first_at end", "f.last_at"],
};

const packed = (value: string, name: string): string => `string_agg(${value}, ''::bytea) as ${name}`;

/** Selects a `PackedFlows` of rows `f` of the table; without rows, one of nulls. */
export function packedFlows(table: FlowTable): string {
  const [since, until] = SPANS[table];
  const provenances = STORED_PROVENANCES.map((provenance, place) => `when '${provenance}' then ${place << PROVENANCE_SHIFT}`).join(" ");
  const masking = table === "custody_flows" ? "false" : "f.masking";
  const bits = `(f.passages & ${FROM_IS_PASSAGE | TO_IS_PASSAGE}) + (case when ${masking} then ${IS_MASKED} else 0 end)
    + (case when ${NOTES[table]} then ${HAS_NOTE} else 0 end) + (case f.provenance ${provenances} end)`;
  return [
    packed("int4send(f.id)", "ids"), packed("int4send(f.from_id)", "froms"), packed("int4send(f.to_id)", "tos"), packed("int4send(f.job_id)", "jobs"),
    packed(`timestamptz_send(${since})`, "sinces"), packed(`timestamptz_send(${until})`, "untils"), packed(`int4send(${bits})`, "bits"),
  ].join(", ");
}

export function unpackFlows(row: PackedFlows): FlowBatch {
  const id = integers(row.ids);
  return {
    count: id.length, id, from: integers(row.froms), to: integers(row.tos), job: integers(row.jobs),
    since: instants(row.sinces), until: instants(row.untils), bits: Uint8Array.from(integers(row.bits)),
  };
}

/** As `PackedFlows`, of names and their roots. */
export interface PackedIdentities {
  readonly numbers: Buffer | null;
  readonly roots: Buffer | null;
}

export const packedIdentities = (number: string, root: string): string => `${packed(`int4send(${number})`, "numbers")}, ${packed(`int4send(${root})`, "roots")}`;

export function unpackIdentities(row: PackedIdentities): Identity[] {
  const roots = integers(row.roots);
  return Array.from(integers(row.numbers), (number, place) => ({ number, root: roots[place]! }));
}

function integers(bytes: Buffer | null): Int32Array {
  const unpacked = new Int32Array((bytes?.length ?? 0) / 4);
  if (bytes === null) return unpacked;
  for (let place = 0; place < unpacked.length; place += 1) unpacked[place] = bytes.readInt32BE(place * 4);
  return unpacked;
}

const ENDLESS = 0x7fffffff;
const EPOCH_OF_POSTGRES = Date.UTC(2000, 0, 1);

/** Microseconds since 2000, 64 bits, as milliseconds since 1970; what is finer than those is cut, as in JavaScript's dates. */
function instants(bytes: Buffer | null): Float64Array {
  const unpacked = new Float64Array((bytes?.length ?? 0) / 8);
  if (bytes === null) return unpacked;
  for (let place = 0; place < unpacked.length; place += 1) {
    const high = bytes.readInt32BE(place * 8);
    const low = bytes.readUInt32BE(place * 8 + 4);
    unpacked[place] =
      high === ENDLESS ? Infinity : high === -ENDLESS - 1 ? -Infinity : Math.floor((high * 2 ** 32 + low) / 1000) + EPOCH_OF_POSTGRES;
  }
  return unpacked;
}
