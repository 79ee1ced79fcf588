import { overallResult, type OutcomePart, type ProofGrade, type TaskState, weakest } from "./model";

/** One dataset of the plan, as the certificate states it. */
export interface CertifiedTask {
  readonly dataset: string;
  readonly state: TaskState;
  readonly grade: ProofGrade;
  readonly parts: readonly OutcomePart[];
  readonly backupsUntil: Date | null;
}

export interface CertifiedGap {
  readonly dataset: string;
  readonly reason: string;
}

/**
 * What a certificate says apart from its id, its times and what it supersedes: as long as this is equal, no new one is due.
 * Places in the order of their ids; no identifier of the person, no name of an employee.
 */
export function findingOf(tasks: readonly CertifiedTask[], gaps: readonly CertifiedGap[]) {
  const backups = tasks.flatMap((task) => task.backupsUntil ?? []).map((date) => date.toISOString());
  return {
    result: overallResult(tasks, gaps.length),
    datasets: [...tasks].sort(byDataset).map((task) => ({
      dataset: task.dataset,
      outcome: weakest(task.parts.map((part) => part.outcome)) ?? "FAILED",
      grade: task.grade,
      parts: task.parts.map(certifyPart),
    })),
    gaps: [...gaps].sort(byDataset).map(({ dataset, reason }) => ({ dataset, reason })),
    waivers: [],
    ...(backups.length > 0 ? { backupsUntil: backups.sort().at(-1) } : {}),
  };
}

/** Only what is known: JCS has no place for undefined. A retention reference is the service's own and stays out. */
function certifyPart(part: OutcomePart) {
  return {
    outcome: part.outcome,
    ...(part.fields === null ? {} : { fields: [...part.fields] }),
    ...(part.recordClass === null ? {} : { recordClass: part.recordClass }),
    ...(part.count === null ? {} : { count: part.count }),
    ...(part.rule === null ? {} : { rule: part.rule }),
    ...(part.until === null ? {} : { until: part.until.toISOString() }),
  };
}

const byDataset = (one: { dataset: string }, other: { dataset: string }): number => (one.dataset < other.dataset ? -1 : one.dataset > other.dataset ? 1 : 0);
