import type { SchemaValidateFunction } from "ajv";
import Ajv2020, { type AnySchemaObject, type ErrorObject } from "ajv/dist/2020";
import { type Fault, pathTo } from "./fault-model";
import { nameFault, type NameKind } from "./text-model";

/** Holds a value against a schema; `at` is the JSON path of the value. */
export type Check = (value: unknown, at: string) => Fault[];

const isName: SchemaValidateFunction = (kind: NameKind, text: string): boolean => {
  const message = nameFault(kind, text);
  if (message !== undefined) isName.errors = [{ keyword: "nameOf", message, params: {} }];
  return message === undefined;
};

/** `nameOf` asks for a text that can be stored as a name of that kind. Our schemas name no `format`: it never is a reason to refuse. */
function ajvOf(allErrors: boolean): Ajv2020 {
  const ajv = new Ajv2020({ allErrors, strict: true, strictTypes: false, strictRequired: false, ownProperties: true });
  return ajv.addKeyword({ keyword: "nameOf", type: "string", schemaType: "string", errors: true, validate: isName });
}
const listing = ajvOf(true);
const stopping = ajvOf(false);

/** Lists every fault: only for schemas whose faults do not grow in number with the event. */
export const compileListing = (schema: AnySchemaObject): Check => checkBy(listing, schema);

/** Stops at the first fault. */
export const compileStopping = (schema: AnySchemaObject): Check => checkBy(stopping, schema);

function checkBy(ajv: Ajv2020, schema: AnySchemaObject): Check {
  const validate = ajv.compile(schema);
  return (value, at) => {
    if (validate(value)) return [];
    // `if` only repeats what its branch has said.
    return (validate.errors ?? []).filter(({ keyword }) => keyword !== "if").map((error) => faultOf(error, value, at));
  };
}

function faultOf({ instancePath, params, message }: ErrorObject, value: unknown, at: string): Fault {
  const path = pathOf(value, instancePath, at);
  const { missingProperty, additionalProperty, allowedValues } = params as Record<string, unknown>;
  if (typeof missingProperty === "string") return { path: pathTo(path, missingProperty), message: "is missing" };
  if (typeof additionalProperty === "string") return { path: pathTo(path, additionalProperty), message: "is not known here" };
  if (Array.isArray(allowedValues)) return { path, message: `must be one of ${allowedValues.join(", ")}` };
  return { path, message: message ?? "is not as its schema says" };
}

/** Follows a JSON pointer, because only the value tells positions from keys that look like numbers. */
function pathOf(value: unknown, pointer: string, at: string): string {
  let path = at;
  let here = value;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path = pathTo(path, Array.isArray(here) ? Number(key) : key);
    here = (here as Record<string, unknown>)[key];
  }
  return path;
}
