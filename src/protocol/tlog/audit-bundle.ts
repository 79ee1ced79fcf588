import Ajv2020 from "ajv/dist/2020";
import { canonicalBytes } from "../canonical-json";
import { HASH_BYTES } from "./merkle-tree";
import { Fault } from "./verification";

/**
 * An auditor's bundle: canonical JSON (RFC 8785) lines. A header; then each entry from the start's size to the end's, in order, as its exact bytes,
 * or the hash of its leaf where retention dropped it; last, the number of entries.
 */
export interface BundleHeader {
  readonly origin: string;
  /** From inclusive, to exclusive; what was asked for. */
  readonly period: { readonly from: string; readonly to: string };
  /** Signed notes of the checkpoints around the period; without a start the bundle begins with the log. */
  readonly start: { readonly checkpoint: string } | null;
  readonly end: { readonly checkpoint: string };
  /** Hashes of the cover of the start's tree: growing them by the entries gives the end's root. */
  readonly frontier: readonly Buffer[];
  /** Who reported accesses in the period: the log's word, which nothing in the bundle proves. */
  readonly coverage: readonly ReporterCoverage[];
  /** Proofs, with their entries, of what the log says was dropped. */
  readonly dropped: readonly string[];
}

interface ReporterCoverage {
  readonly reporter: string;
  readonly allowed: number;
  readonly denied: number;
  readonly withoutPurpose: number;
  readonly lastAt: string;
}

const VERSION = "cadastre-audit-bundle-v1";

export const formatBundleHeader = ({ frontier, ...header }: BundleHeader): Buffer =>
  canonicalBytes({ bundle: VERSION, frontier: frontier.map((hash) => hash.toString("base64")), ...header });

/** What stands in the place of an entry that was dropped. */
export const droppedLine = (leaf: Buffer): Buffer => canonicalBytes({ dropped: leaf.toString("base64") });

export const lastLine = (entries: number): Buffer => canonicalBytes({ entries });

/** Whether these first bytes of a file look like a bundle's. */
export const isBundle = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, PREFIX.length)).equals(PREFIX);

/** Reads the first line. A `Fault` where it is not one. */
export function parseBundleHeader(line: Buffer): BundleHeader {
  const header = parse(line);
  if (!isHeader(header)) throw new Fault("the bundle does not begin with its header");
  const frontier = header.frontier.map((text) => Buffer.from(text, "base64"));
  const { origin, period, start, end, coverage, dropped } = header;
  const parsed = { origin, period, start, end, coverage, dropped, frontier };
  if (frontier.some(({ length }) => length !== HASH_BYTES) || !formatBundleHeader(parsed).equals(line)) throw new Fault("the header of the bundle was altered");
  return parsed;
}

/** The leaf's hash where the line stands for a dropped entry; undefined for an entry. */
export function parseDroppedLine(line: Buffer): Buffer | undefined {
  const encoded = /^\{"dropped":"([A-Za-z0-9+/]{43}=)"\}$/.exec(line.length === DROPPED_LINE_BYTES ? line.toString("latin1") : "")?.[1];
  const hash = encoded === undefined ? undefined : Buffer.from(encoded, "base64");
  return hash && droppedLine(hash).equals(line) ? hash : undefined;
}

const PREFIX = Buffer.from(`{"bundle":"${VERSION}",`);
const DROPPED_LINE_BYTES = droppedLine(Buffer.alloc(HASH_BYTES)).length;

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}

const text = { type: "string" };
const count = { type: "integer", minimum: 0 };
const list = (items: object): object => ({ type: "array", items });
const closed = (properties: object): object => ({ type: "object", required: Object.keys(properties), properties, additionalProperties: false });
const checkpoint = closed({ checkpoint: text });

const isHeader = new Ajv2020({ strict: true, ownProperties: true }).compile<Omit<BundleHeader, "frontier"> & { readonly frontier: readonly string[] }>(
  closed({
    bundle: { const: VERSION },
    origin: text,
    period: closed({ from: text, to: text }),
    start: { anyOf: [checkpoint, { type: "null" }] },
    end: checkpoint,
    frontier: list(text),
    coverage: list(closed({ reporter: text, allowed: count, denied: count, withoutPurpose: count, lastAt: text })),
    dropped: list(text),
  }),
);
