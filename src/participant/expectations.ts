import { datasetKey, type Answer, type AnswerOutcome } from "../protocol";
import { Nonconformity, type ExaminedDataset, type Examiner } from "./examiner";

const MOST_LISTED = 10;

export type Expectation = (outcomes: readonly AnswerOutcome[]) => boolean;

export const eachPart = (...allowed: AnswerOutcome[]): Expectation => (outcomes) => outcomes.every((outcome) => allowed.includes(outcome));
export const somePart = (...wanted: AnswerOutcome[]): Expectation => (outcomes) => outcomes.some((outcome) => wanted.includes(outcome));

/** Throws unless every one of the datasets answered as expected; names those that did not. */
export function expectOutcomes(
  examiner: Examiner, answer: Answer, datasets: readonly ExaminedDataset[], expectation: Expectation, expected: string,
): void {
  const fault = faultOf(answer, datasets, expectation, expected);
  if (fault === undefined) return;
  if (answer.kind === "verify") examiner.liveness.doubt(fault.datasets);
  throw new Nonconformity(fault.message);
}

export interface Fault {
  readonly message: string;
  readonly datasets: readonly ExaminedDataset[];
}

/** What the datasets that answered otherwise answered. */
export function faultOf(answer: Answer, datasets: readonly ExaminedDataset[], expectation: Expectation, expected: string): Fault | undefined {
  const wrong = datasets.filter((dataset) => !expectation(outcomesOf(answer, dataset)));
  if (wrong.length === 0) return undefined;
  const answered = listed(wrong, (dataset) => `${nameOf(dataset)} answered ${[...new Set(outcomesOf(answer, dataset))].join(", ")}`);
  return { message: `${answer.kind}: expected ${expected}: ${answered}`, datasets: wrong };
}

export function outcomesOf(answer: Answer, dataset: ExaminedDataset): AnswerOutcome[] {
  const result = answer.results.find((each) => datasetKey(each) === datasetKey(dataset));
  return (result?.parts ?? []).map(({ outcome }) => outcome);
}

/** As many as one wants to read. */
export const listed = (datasets: readonly ExaminedDataset[], describe = nameOf): string =>
  datasets.slice(0, MOST_LISTED).map(describe).join("; ") + (datasets.length > MOST_LISTED ? `; and ${datasets.length - MOST_LISTED} more` : "");

const nameOf = ({ namespace, name }: ExaminedDataset): string => `${namespace} ${name}`;

/** Those in which a person can be looked up at all. */
export function datasetsOf(examiner: Examiner): readonly ExaminedDataset[] {
  const datasets = examiner.datasets.filter(({ identifierTypes }) => identifierTypes.length > 0);
  if (datasets.length === 0) throw new Nonconformity("nobody can be looked up: declare identifierTypes for the datasets");
  return datasets;
}

/** Parts of the whole, few of them, such that of any two datasets each is once in a part without the other. */
export function partsApart<Dataset>(datasets: readonly Dataset[]): Dataset[][] {
  const bits = Math.ceil(Math.log2(Math.max(datasets.length, 1)));
  return Array.from({ length: bits }, (_, bit) => bit).flatMap((bit) =>
    [0, 1].map((value) => datasets.filter((_dataset, index) => ((index >> bit) & 1) === value)),
  );
}
