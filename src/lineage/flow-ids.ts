/** A flow as its verbs answer it. */
export interface Flow {
  readonly id: string;
  /** Ids of datasets, jobs or fields. */
  readonly from: string;
  readonly to: string;
}

/** Between datasets and jobs, or between fields. */
export type FlowLevel = "flow" | "field-flow";

/** `flow:<number>`, `field-flow:<number>` */
export const flowId = (level: FlowLevel, number: number): string => `${level}:${number}`;

const FORM = /^(flow|field-flow):([1-9]\d{0,9})$/;
const MAX_INTEGER = 2_147_483_647;

/** Undefined where the text is no such id. */
export function parseFlowId(id: string): { readonly level: FlowLevel; readonly number: number } | undefined {
  const [, level, digits] = FORM.exec(id) ?? [];
  const number = Number(digits);
  return number <= MAX_INTEGER ? { level: level as FlowLevel, number } : undefined;
}
