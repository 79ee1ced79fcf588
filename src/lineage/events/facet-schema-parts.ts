/** What the schemas of known facets are built from. They name what must be there and of which type; anything else may stand beside it. */
export const TEXT = { type: "string" } as const;
export const WHOLE = { type: "integer" } as const;
export const NUMBER = { type: "number" } as const;
export const FLAG = { type: "boolean" } as const;
export const ANY_OBJECT = { type: "object" } as const;

type Schema = Readonly<Record<string, unknown>>;

export const listOf = (items: Schema): Schema => ({ type: "array", items });
export const mapOf = (values: Schema): Schema => ({ type: "object", additionalProperties: values });

/** An object with these members, of which the named ones must be there. */
export const having = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = [], more: Schema = {}): Schema => ({
  type: "object", properties, required, ...more,
});

export const DATASET_NAME = { type: "string", nameOf: "dataset" } as const;
export const FIELD_NAME = { type: "string", nameOf: "field" } as const;
export const JOB_NAME = { type: "string", nameOf: "job" } as const;
