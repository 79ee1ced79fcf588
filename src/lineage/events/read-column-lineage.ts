import type { Named } from "../model";
import type { Facet } from "./facet-reader";
import { named, type Statement, type Statements } from "./statement";
import type { Transformation } from "./transformations";

interface InputField extends Named {
  readonly field: string;
  readonly transformations?: readonly Transformation[];
}

interface ColumnLineage {
  readonly fields: Readonly<Record<string, OutputField>>;
  readonly dataset?: readonly InputField[];
}

interface OutputField {
  readonly inputFields: readonly InputField[];
  readonly transformationType?: string;
  readonly transformationDescription?: string;
}

/** Reads a columnLineage facet that its schema has let through. One that names no source says nothing: many clients send it empty. */
export function readColumnLineage(facet: Facet, target: Named, byJob: boolean, statements: Statements): void {
  const about = { provenance: "COLUMN", target: { kind: "DATASET", ...target }, byJob } as const;
  if (facet._deleted === true) return void statements.about({ ...about, deleted: true });
  const { fields, dataset = [] } = facet as unknown as ColumnLineage;
  let statement: Statement | undefined;
  const add = (input: InputField, toField: string, transformations: readonly Transformation[]): void => {
    statement ??= statements.about({ ...about, deleted: false });
    statement.addLink(named(input), input.field, toField, transformations);
  };
  for (const [toField, output] of Object.entries(fields)) {
    for (const input of output.inputFields) add(input, toField, input.transformations?.length ? input.transformations : formerly(output));
  }
  for (const input of dataset) add(input, "", input.transformations ?? []);
}

/** Until 1-1-0 the whole field had one transformation: IDENTITY or MASKED. */
function formerly({ transformationType, transformationDescription }: OutputField): readonly Transformation[] {
  if (transformationType === undefined) return [];
  const masking = transformationType.toUpperCase() === "MASKED";
  return [{ type: "DIRECT", subtype: transformationType, description: transformationDescription, masking }];
}
