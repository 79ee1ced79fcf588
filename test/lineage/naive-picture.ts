import type { LineageEvent, StatedLineage } from "../../src/lineage/event-model";
import type { NamedNode } from "../../src/lineage/model";

/** The present picture and custody as the words of the room say them, from all events at once: slow, and as plain as can be. */
export function naivePicture(events: readonly LineageEvent[]): { picture: string[]; custody: string[] } {
  const picture = new Set<string>();
  const remembered: string[] = [];
  const ends = new Set(events.flatMap(({ stated }) => stated).flatMap(({ sources, target }) => [...sources, ...(sources.length > 0 ? [target] : [])]).flatMap(({ kind, name }) => (kind === "JOB" ? [name] : [])));
  for (const jobEvents of groups(events.filter(({ job }) => job !== null), ({ job }) => job!.name)) {
    const custody = new Map<string, [number, number]>();
    const remember = (flow: string, first: number, last: number): void => {
      const known = custody.get(flow) ?? [Infinity, -Infinity];
      custody.set(flow, [Math.min(known[0], first), Math.max(known[1], last)]);
    };
    const shapes = jobEvents.filter(({ kind, inputs, outputs }) => kind === "JOB" && (inputs !== null || outputs !== null));
    const cut = Math.max(-Infinity, ...shapes.map(minuteOf));
    const runs = groups(jobEvents.filter(({ kind }) => kind === "RUN"), ({ run }) => run!.id).map((of) => new NaiveRun(of));
    const present = runs.filter(({ last }) => last >= cut);
    const held = present.filter(({ state }) => state === "COMPLETE");
    const shown = present.filter(({ state }) => state !== "VOID");
    const better = (among: readonly NaiveRun[], output: string) => (provenance: string) => among.some((run) => run.statements(provenance).some(({ target }) => nodeName(target) === output));
    for (const run of shown) {
      for (const [provenance, from, to] of run.flows()) {
        const stands = better(run.state === "OPEN" ? [...held, run] : held, to);
        if (provenance === "RUN" && (stands("EXPLICIT") || stands("COLUMN"))) continue;
        if (provenance === "COLUMN" && stands("EXPLICIT")) continue;
        picture.add(`${from} > ${to} ${provenance}`);
      }
    }
    for (const run of runs) {
      for (const from of run.inputs) for (const to of run.outputs) remember(`${from} > ${to} RUN`, run.first, run.last);
    }
    for (const shape of shapes) {
      for (const from of names(shape.inputs)) {
        for (const to of names(shape.outputs)) {
          remember(`${from} > ${to} RUN`, minuteOf(shape), minuteOf(shape));
          if (minuteOf(shape) === cut) picture.add(`${from} > ${to} RUN`);
        }
      }
    }
    const name = jobEvents[0]!.job!.name;
    for (const { inputs, outputs, first, last } of ends.has(name) ? [...runs, ...shapes.map((shape) => ({ inputs: names(shape.inputs), outputs: names(shape.outputs), first: minuteOf(shape), last: minuteOf(shape) }))] : []) {
      for (const from of inputs) remember(`${from} > job ${name} RUN`, first, last);
      for (const to of outputs) remember(`job ${name} > ${to} RUN`, first, last);
    }
    for (const event of jobEvents) {
      const last = runs.find(({ id }) => id === event.run?.id)?.last ?? minuteOf(event);
      for (const { sources, target, provenance, deleted } of event.stated) {
        if (!deleted) for (const source of sources) remember(`${nodeName(source)} > ${nodeName(target)} ${provenance}`, minuteOf(event), last);
      }
    }
    remembered.push(...[...custody].map(([flow, [first, last]]) => `${flow} ${first}..${last}`));
  }
  return { picture: [...picture].sort(), custody: remembered.sort() };
}

const DAY = Date.UTC(2026, 1, 1);
const minuteOf = ({ at }: LineageEvent): number => (at.getTime() - DAY) / 60_000;
const nodeName = ({ kind, name }: NamedNode): string => (kind === "JOB" ? `job ${name}` : name);
const names = (datasets: LineageEvent["inputs"]): string[] => [...new Set((datasets ?? []).map(({ name }) => name))];

function groups<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  const found = new Map<string, T[]>();
  for (const one of all) found.set(keyOf(one), [...(found.get(keyOf(one)) ?? []), one]);
  return [...found.values()];
}

class NaiveRun {
  readonly state: "COMPLETE" | "VOID" | "OPEN";
  readonly first: number;
  readonly last: number;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly id: string;

  constructor(private readonly events: readonly LineageEvent[]) {
    const types = events.map(({ run }) => run!.type);
    this.state = types.includes("COMPLETE") ? "COMPLETE" : types.includes("FAIL") || types.includes("ABORT") ? "VOID" : "OPEN";
    this.id = events[0]!.run!.id;
    this.first = Math.min(...events.map(minuteOf));
    this.last = Math.max(...events.map(minuteOf));
    this.inputs = [...new Set(events.flatMap(({ inputs }) => names(inputs)))];
    this.outputs = [...new Set(events.flatMap(({ outputs }) => names(outputs)))];
  }

  statements = (provenance: string): StatedLineage[] => this.events.flatMap(({ stated }) => stated).filter((one) => one.provenance === provenance);

  flows = (): [provenance: string, from: string, to: string][] => [
    ...this.inputs.flatMap((from) => this.outputs.map((to): [string, string, string] => ["RUN", from, to])),
    ...["EXPLICIT", "COLUMN"].flatMap((provenance) =>
      this.statements(provenance).flatMap(({ sources, target }) => sources.map((source): [string, string, string] => [provenance, nodeName(source), nodeName(target)])),
    ),
  ];
}
