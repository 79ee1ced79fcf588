import type { Json } from "../model";

export interface Transformation {
  readonly type: string;
  readonly subtype?: string;
  readonly description?: string;
  readonly masking?: boolean;
}

/** What a list of transformations makes of the content: `masking` and `indirect` as the model of events defines them. */
export function effectOf(transformations: readonly Transformation[]): { masking: boolean; indirect: boolean; transformations: readonly Json[] } {
  const direct = transformations.filter(({ type }) => type.toUpperCase() === "DIRECT");
  const telling = direct.length > 0 ? direct : transformations;
  return {
    masking: telling.length > 0 && telling.every(({ masking }) => masking === true),
    indirect: transformations.length > 0 && transformations.every(({ type }) => type.toUpperCase() === "INDIRECT"),
    transformations: transformations as unknown as readonly Json[],
  };
}
