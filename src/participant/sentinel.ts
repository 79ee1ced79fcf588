import { datasetKey, type Answer, type Identity, type Order, type OrderKind } from "../protocol";
import { Nonconformity, type ExaminedDataset, type Examiner } from "./examiner";
import { datasetsOf, eachPart, expectOutcomes, faultOf, listed, outcomesOf, somePart, type Expectation } from "./expectations";
import type { Showing } from "./liveness";

const LOOKED_UP: readonly OrderKind[] = ["verify", "erase"];
/** The clocks of service and Cadastre may differ by so much, and the sentinel must not seem to come after its request. */
const AHEAD_MS = 600_000;

/** A made-up person in the service's data, followed through its life. Datasets that do wrong are noted and left out of what follows. */
export class Sentinel {
  /** Where it was planted, and all has been right so far. */
  datasets: readonly ExaminedDataset[] = [];
  private planted: readonly ExaminedDataset[] = [];
  /** Where it may be, whatever was answered. */
  private reached: readonly ExaminedDataset[] = [];
  /** Keys of the datasets that keep the sentinel under a rule, and so are not expected to lose it. */
  private readonly retaining = new Set<string>();
  private readonly faults: string[] = [];
  private present = false;

  private constructor(private readonly examiner: Examiner, readonly person: readonly Identity[]) {}

  /** Plants a sentinel, puts it to use and leaves none behind. Returns what could not be shown. */
  static async use(
    examiner: Examiner, work: (sentinel: Sentinel) => Promise<string | void>, datasets = datasetsOf(examiner),
  ): Promise<string | undefined> {
    const sentinel = new Sentinel(examiner, examiner.newPerson(datasets));
    let note: string | void;
    try {
      await sentinel.plantIn(datasets);
      note = await work(sentinel);
    } catch (error) {
      // A sequence that was cut short speaks for none of them.
      examiner.liveness.doubt(datasets);
      throw error instanceof Nonconformity ? sentinel.withFaults(error) : error;
    } finally {
      await sentinel.remove();
    }
    if (sentinel.faults.length > 0) throw sentinel.withFaults();
    return note ?? sentinel.unplanted();
  }

  /** The same person once more, where the erasure removed it. False if that is nowhere. */
  async plantAgain(): Promise<boolean> {
    const datasets = this.datasets.filter((dataset) => !this.retains(dataset));
    if (datasets.length > 0) await this.plantIn(datasets);
    return datasets.length > 0;
  }

  /** About the sentinel. What is looked up carries `collected_before`, as orders about people do. */
  order(kind: OrderKind, parts: Partial<Order> = {}): Order {
    const before = LOOKED_UP.includes(kind) ? { collected_before: new Date(this.examiner.now().getTime() + AHEAD_MS).toISOString() } : {};
    return this.examiner.order(kind, { datasets: this.datasets, subject_identities: this.person, ...before, ...parts });
  }

  async expectFound(what = "a sentinel that was planted", parts: Partial<Order> = {}): Promise<void> {
    const datasets = this.datasets.filter((dataset) => !parts.datasets || parts.datasets.includes(dataset));
    if (datasets.length === 0) return;
    const answer = await this.examiner.ask(this.order("verify", { datasets, ...parts }));
    this.expect(answer, datasets, somePart("FOUND", "RETAINED"), `FOUND of ${what}`);
    this.noteRetaining(datasets.filter((dataset) => !somePart("FOUND")(outcomesOf(answer, dataset))));
  }

  async erase(parts: Partial<Order> = {}): Promise<void> {
    const answer = await this.examiner.ask(this.order("erase", parts));
    const expectation: Expectation = (outcomes) =>
      eachPart("ERASED", "ANONYMISED", "RETAINED", "NOT_FOUND")(outcomes) && somePart("ERASED", "ANONYMISED", "RETAINED")(outcomes);
    const asked = this.datasets;
    this.expect(answer, asked, expectation, "ERASED, ANONYMISED or RETAINED of a sentinel that was planted");
    if (answer.dryRun) return;
    this.noteRetaining(asked.filter((dataset) => somePart("RETAINED")(outcomesOf(answer, dataset))));
    this.present = this.datasets.length < asked.length;
  }

  async expectGone(): Promise<void> {
    const answer = await this.examiner.ask(this.order("verify"));
    const [kept, rid] = [this.datasets.filter((dataset) => this.retains(dataset)), this.datasets.filter((dataset) => !this.retains(dataset))];
    this.expect(answer, rid, eachPart("NOT_FOUND"), "NOT_FOUND of a sentinel that was erased");
    this.expect(answer, kept, eachPart("NOT_FOUND", "RETAINED"), "NOT_FOUND or RETAINED of a sentinel that was retained");
  }

  /** Says of the datasets in which all was right, and nothing was retained, what their verify handlers have shown. */
  show(showing: Showing): void {
    this.examiner.liveness.show(showing, this.datasets.filter((dataset) => !this.retains(dataset)));
  }

  /** The check has failed, and goes on. */
  noteFault(message: string): void {
    this.faults.push(message);
  }

  private retains(dataset: ExaminedDataset): boolean {
    return this.retaining.has(datasetKey(dataset));
  }

  private noteRetaining(datasets: readonly ExaminedDataset[]): void {
    for (const dataset of datasets) this.retaining.add(datasetKey(dataset));
  }

  private expect(answer: Answer, datasets: readonly ExaminedDataset[], expectation: Expectation, expected: string): void {
    const fault = faultOf(answer, datasets, expectation, expected);
    if (fault === undefined) return;
    this.noteFault(fault.message);
    this.examiner.liveness.doubt(fault.datasets);
    this.datasets = this.datasets.filter((dataset) => !fault.datasets.includes(dataset));
    if (this.datasets.length === 0) throw new Nonconformity(fault.message);
  }

  private withFaults(last?: Nonconformity): Nonconformity {
    return new Nonconformity([...new Set([...this.faults, ...(last ? [last.message] : [])])].join("; "));
  }

  private async plantIn(datasets: readonly ExaminedDataset[]): Promise<void> {
    this.present = true;
    this.reached = [...new Set([...this.reached, ...datasets])];
    const answer = await this.examiner.ask(this.examiner.order("plant", { datasets, subject_identities: this.person }));
    expectOutcomes(this.examiner, answer, datasets, eachPart("DONE", "UNSUPPORTED"), "DONE or UNSUPPORTED");
    this.datasets = datasets.filter((dataset) => eachPart("DONE")(outcomesOf(answer, dataset)));
    this.planted = [...new Set([...this.planted, ...this.datasets])];
    if (this.datasets.length === 0) throw new Nonconformity("plant: expected DONE of at least one dataset, got UNSUPPORTED of all");
  }

  private unplanted(): string | undefined {
    const others = this.examiner.datasets.filter((dataset) => !this.planted.includes(dataset));
    return others.length > 0 ? `not shown of ${listed(others)}: no sentinel can be planted there` : undefined;
  }

  /** Also after a fault, which is what the report is then about, whatever becomes of this. */
  private async remove(): Promise<void> {
    if (!this.present || !this.examiner.takes("erase")) return;
    await this.examiner.ask(this.order("erase", { datasets: this.reached })).catch(() => undefined);
  }
}
