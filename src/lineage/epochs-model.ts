import type { Circumstances } from "./picture-model";
import type { FlowKey } from "./picture-row-model";
import { cutOf, hiddenSince, outputText, type StatedOutput } from "./precedence-model";
import type { StoredRun } from "./run-model";

/** When epochs began and what hides what, as the events at hand leave it. */
export interface EpochState {
  /** When the present epochs of jobs began; -Infinity: they always were. */
  readonly jobs: ReadonlyMap<number, number>;
  /** Jobs whose epoch began just now. */
  readonly recutJobs: ReadonlySet<number>;
  /** Whether a person deleted these jobs: all that is known of them ends, what was declared with them and what is dated ahead, too. */
  readonly deleted: boolean;
  readonly stated: ReadonlyMap<string, StatedOutput>;
  /** The same, before the events at hand. */
  readonly before: ReadonlyMap<string, StatedOutput>;
  readonly runs: ReadonlyMap<number, StoredRun>;
  /** Those of them that the events do not speak of: open, and seen since the epochs of their jobs began just now. */
  readonly otherRuns: readonly StoredRun[];
}

/** Where no events are at hand: nothing begins, nothing is hidden. */
export const NO_EPOCHS: EpochState = {
  jobs: new Map(), recutJobs: new Set(), deleted: false, stated: new Map(), before: new Map(), runs: new Map(), otherRuns: [],
};

const BETTER = ["COLUMN", "RUN"] as const;

/** The circumstances under which flows are drawn. */
export class Epochs {
  private readonly ownOutputs = new Map<number, { explicit: ReadonlySet<number>; column: ReadonlySet<number> }>();

  constructor(private readonly state: EpochState) {
    for (const { id, explicitOutputs, columnOutputs } of state.runs.values()) {
      if (explicitOutputs.length + columnOutputs.length > 0) this.ownOutputs.set(id, { explicit: new Set(explicitOutputs), column: new Set(columnOutputs) });
    }
  }

  get otherRuns(): readonly StoredRun[] {
    return this.state.otherRuns;
  }

  /** Nothing goes on then because it was seen since. */
  get isDeletion(): boolean {
    return this.state.deleted;
  }

  get recutJobs(): readonly number[] {
    return [...this.state.recutJobs];
  }

  /** Outputs into which all open flows have to be looked at: something of them was ended, or is hidden from now on. */
  readonly changedOutputs = (): StatedOutput[] =>
    [...this.state.stated.values()].filter((output) => this.isRecutOutput(output, "EXPLICIT") || this.isRecutOutput(output, "COLUMN") || this.isNewlyHidden(output));

  /** All outputs of jobs whose epoch began just now of which something better was ever stated. */
  readonly outputsOfRecutJobs = (): StatedOutput[] => [...this.state.stated.values()].filter(({ job }) => this.state.recutJobs.has(job));

  cut(key: Pick<FlowKey, "job" | "provenance">, output: number): number {
    return cutOf(key, this.state.stated.get(outputText({ job: key.job, output })), this.epochOf(key.job));
  }

  /** When statements of this kind were last ended, whatever became of the job. */
  statedCut({ job, output, provenance }: Pick<StatedOutput, "job" | "output"> & { readonly provenance: "EXPLICIT" | "COLUMN" }): number {
    const stated = this.state.stated.get(outputText({ job, output }));
    return (provenance === "EXPLICIT" ? stated?.explicit : stated?.column)?.cut ?? -Infinity;
  }

  isRecut({ job, provenance }: Pick<FlowKey, "job" | "provenance">, output: number): boolean {
    if (this.state.recutJobs.has(job)) return provenance !== "DECLARED" || this.state.deleted;
    const stated = this.state.stated.get(outputText({ job, output }));
    return stated !== undefined && (provenance === "EXPLICIT" || provenance === "COLUMN") && this.isRecutOutput(stated, provenance);
  }

  about(key: Pick<FlowKey, "job" | "provenance">, output: number): Circumstances {
    const { runs, stated } = this.state;
    return {
      cut: this.cut(key, output),
      recut: this.isRecut(key, output),
      better: hiddenSince(key, stated.get(outputText({ job: key.job, output })), this.epochOf(key.job)),
      runs,
      hiddenByItself: (run) => {
        const own = runs.get(run)?.state === "OPEN" ? this.ownOutputs.get(run) : undefined;
        if (own === undefined || key.provenance === "EXPLICIT" || key.provenance === "DECLARED") return false;
        return own.explicit.has(output) || (key.provenance === "RUN" && own.column.has(output));
      },
    };
  }

  private epochOf(job: number): number {
    return this.state.jobs.get(job) ?? -Infinity;
  }

  private isRecutOutput(output: StatedOutput, provenance: "EXPLICIT" | "COLUMN"): boolean {
    const of = provenance === "EXPLICIT" ? "explicit" : "column";
    return output[of].cut !== (this.state.before.get(outputText(output))?.[of].cut ?? -Infinity);
  }

  private isNewlyHidden(output: StatedOutput): boolean {
    const epoch = this.epochOf(output.job);
    return BETTER.some((provenance) => {
      const since = hiddenSince({ provenance }, output, epoch);
      return since < Infinity && since !== hiddenSince({ provenance }, this.state.before.get(outputText(output)), epoch);
    });
  }
}
