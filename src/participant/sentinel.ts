import { datasetKey, type Answer, type AnswerOutcome, type Identity, type Order, type OrderKind } from "../protocol";
import { Nonconformity, type ExaminedDataset, type Examiner } from "./examiner";

type Expectation = (outcomes: readonly AnswerOutcome[]) => boolean;

export const eachPart = (...allowed: AnswerOutcome[]): Expectation => (outcomes) => outcomes.every((outcome) => allowed.includes(outcome));
const somePart = (...wanted: AnswerOutcome[]): Expectation => (outcomes) => outcomes.some((outcome) => wanted.includes(outcome));

/** Throws unless every one of the datasets answered as expected; names those that did not. */
export function expectOutcomes(answer: Answer, datasets: readonly ExaminedDataset[], expectation: Expectation, expected: string): void {
  const wrong = datasets.flatMap((dataset) => {
    const outcomes = outcomesOf(answer, dataset);
    return expectation(outcomes) ? [] : [`${nameOf(dataset)} answered ${outcomes.join(", ")}`];
  });
  if (wrong.length > 0) throw new Nonconformity(`${answer.kind}: expected ${expected}: ${wrong.join("; ")}`);
}

/** Those in which a person can be looked up at all. */
export function datasetsOf(examiner: Examiner): readonly ExaminedDataset[] {
  const datasets = examiner.datasets.filter(({ identifierTypes }) => identifierTypes.length > 0);
  if (datasets.length === 0) throw new Nonconformity("nobody can be looked up: declare identifierTypes for the datasets");
  return datasets;
}

/** A made-up person in the service's data, followed through its life. */
export class Sentinel {
  private datasets: readonly ExaminedDataset[] = [];
  /** Keys of the datasets that keep the sentinel under a rule, and so are not expected to lose it. */
  private readonly retaining = new Set<string>();
  private present = false;

  private constructor(private readonly examiner: Examiner, private readonly person: readonly Identity[]) {}

  /** Plants a sentinel, puts it to use and leaves none behind. Returns what could not be shown. */
  static async use(examiner: Examiner, work: (sentinel: Sentinel) => Promise<string | void>): Promise<string | undefined> {
    const datasets = datasetsOf(examiner);
    const sentinel = new Sentinel(examiner, examiner.newPerson(datasets));
    await sentinel.plantIn(datasets);
    try {
      return (await work(sentinel)) ?? sentinel.unplanted();
    } finally {
      await sentinel.remove();
    }
  }

  /** The same person once more, where the erasure removed it. False if that is nowhere. */
  async plantAgain(): Promise<boolean> {
    const datasets = this.datasets.filter((dataset) => !this.retaining.has(datasetKey(dataset)));
    if (datasets.length > 0) await this.plantIn(datasets);
    return datasets.length > 0;
  }

  order(kind: OrderKind, parts: Partial<Order> = {}): Order {
    return this.examiner.order(kind, { datasets: this.datasets, subject_identities: this.person, ...parts });
  }

  async expectFound(): Promise<void> {
    const answer = await this.examiner.ask(this.order("verify"));
    expectOutcomes(answer, this.datasets, somePart("FOUND", "RETAINED"), "FOUND of a sentinel that was planted");
  }

  async erase(parts: Partial<Order> = {}): Promise<void> {
    const answer = await this.examiner.ask(this.order("erase", parts));
    const expectation: Expectation = (outcomes) =>
      eachPart("ERASED", "ANONYMISED", "RETAINED", "NOT_FOUND")(outcomes) && somePart("ERASED", "ANONYMISED", "RETAINED")(outcomes);
    expectOutcomes(answer, this.datasets, expectation, "ERASED, ANONYMISED or RETAINED of a sentinel that was planted");
    if (answer.dryRun) return;
    for (const dataset of this.datasets) if (somePart("RETAINED")(outcomesOf(answer, dataset))) this.retaining.add(datasetKey(dataset));
    this.present = false;
  }

  async expectGone(): Promise<void> {
    const answer = await this.examiner.ask(this.order("verify"));
    const kept = this.datasets.filter((dataset) => this.retaining.has(datasetKey(dataset)));
    const rid = this.datasets.filter((dataset) => !kept.includes(dataset));
    expectOutcomes(answer, rid, eachPart("NOT_FOUND"), "NOT_FOUND of a sentinel that was erased");
    expectOutcomes(answer, kept, eachPart("NOT_FOUND", "RETAINED"), "NOT_FOUND or RETAINED of a sentinel that was retained");
  }

  private async plantIn(datasets: readonly ExaminedDataset[]): Promise<void> {
    this.present = true;
    const answer = await this.examiner.ask(this.examiner.order("plant", { datasets, subject_identities: this.person }));
    expectOutcomes(answer, datasets, eachPart("DONE", "UNSUPPORTED"), "DONE or UNSUPPORTED");
    this.datasets = datasets.filter((dataset) => eachPart("DONE")(outcomesOf(answer, dataset)));
    if (this.datasets.length === 0) throw new Nonconformity("plant: no dataset took a sentinel");
  }

  private unplanted(): string | undefined {
    const others = this.examiner.datasets.filter((dataset) => !this.datasets.includes(dataset) && !this.retaining.has(datasetKey(dataset)));
    return others.length > 0 ? `not shown of ${others.map(nameOf).join(", ")}: no sentinel can be planted there` : undefined;
  }

  /** Also after a fault, which is what the report is then about, whatever becomes of this. */
  private async remove(): Promise<void> {
    if (!this.present || !this.examiner.takes("erase")) return;
    await this.examiner.ask(this.order("erase")).catch(() => undefined);
  }
}

const nameOf = ({ namespace, name }: ExaminedDataset): string => `${namespace} ${name}`;

function outcomesOf(answer: Answer, dataset: ExaminedDataset): AnswerOutcome[] {
  const result = answer.results.find((each) => datasetKey(each) === datasetKey(dataset));
  return (result?.parts ?? []).map(({ outcome }) => outcome);
}
