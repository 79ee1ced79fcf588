import type { ErrorCode } from "../../src/platform/errors";
import type { ExampleWorld, Input } from "./example-world";

export type Prepare = (world: ExampleWorld) => Promise<Input>;

/** A call of a mutation that changes something, and calls of it that are refused. */
export interface Example {
  /** Makes a world in which the mutation is a change; answers its input. */
  readonly prepare: Prepare;
  /** What the same call is the second time: no change at all, another change, or a refusal. */
  readonly again: "NOTHING" | "CHANGES" | ErrorCode;
  /** Inputs that are refused with this code. */
  readonly refused?: { readonly [Code in ErrorCode]?: Prepare };
  /** What the entries are about, one entry each, where that is not the `id` of the answer. */
  readonly objects?: readonly string[];
  /** What the entries say was done, where that is not the mutation itself. */
  readonly action?: string;
  /** Where what it changes is the audit log itself. */
  readonly onlyLog?: boolean;
}

export type Examples = Readonly<Record<string, Example>>;

export const UNKNOWN = "0190a0a0-0000-7000-8000-000000000000";
export const unknown = { NOT_FOUND: async () => ({ id: UNKNOWN }) };
export const unknownFor = (more: Input) => ({ NOT_FOUND: async () => ({ id: UNKNOWN, ...more }) });

export const having =
  (prepare: Prepare, more: Input | ((world: ExampleWorld) => Input)): Prepare =>
  async (world) => ({ ...(await prepare(world)), ...(typeof more === "function" ? more(world) : more) });

export const SINCE = "2026-01-01T00:00:00Z";
