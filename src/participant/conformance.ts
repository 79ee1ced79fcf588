import { setTimeout as wait } from "node:timers/promises";
import type { DatasetName } from "../protocol";
import { CONFORMANCE_CHECKS } from "./conformance-checks";
import { Examiner, Nonconformity, type ConformanceOptions } from "./examiner";

export interface ConformanceReport {
  readonly at: Date;
  readonly passed: boolean;
  readonly checks: readonly ConformanceCheck[];
  /** Datasets whose verify handler found a sentinel in every way that it should, and never answered otherwise. */
  readonly live: readonly DatasetName[];
  /** Datasets whose verify handler answered wrongly, or was not heard to the end: what proved it alive before is doubtful now. */
  readonly doubted: readonly DatasetName[];
}

export interface ConformanceCheck {
  readonly name: string;
  readonly passed: boolean;
  /** What was wrong, or what could not be shown and why; names datasets and outcomes, no values. */
  readonly message: string | null;
}

/**
 * Examines an endpoint the way Cadastre will use it: real signed orders, about made-up people only. Checks of kinds that the service
 * does not take are left out. Where it does not answer the first order, the others are not sent.
 */
export async function checkConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const examiner = new Examiner(options, wait);
  const checks: ConformanceCheck[] = [];
  for (const { name, needs, examine } of CONFORMANCE_CHECKS) {
    if (!needs.every((kind) => options.kinds.includes(kind))) continue;
    const check = await examined(name, () => examine(examiner));
    checks.push(check);
    if (checks.length === 1 && !check.passed) break;
  }
  const live = options.datasets.filter((dataset) => examiner.liveness.isProven(dataset));
  const doubted = options.datasets.filter((dataset) => examiner.liveness.isDoubted(dataset));
  return { at: options.clock.now(), passed: checks.every((check) => check.passed), checks, live, doubted };
}

async function examined(name: string, examine: () => Promise<string | void>): Promise<ConformanceCheck> {
  try {
    return { name, passed: true, message: (await examine()) ?? null };
  } catch (error) {
    if (error instanceof Nonconformity) return { name, passed: false, message: error.message };
    throw error;
  }
}
