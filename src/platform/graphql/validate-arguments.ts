import { getMetadataStorage, validate, type ValidationError } from "class-validator";
import type { ValidatorFn } from "type-graphql";
import { badInput } from "../errors";

const ruled = new Map<unknown, boolean>();

/** Checks the shape of arguments by the rules on their classes. Refuses (BAD_USER_INPUT), naming each place and rule, never a value. */
export const validateArguments: ValidatorFn = async (value, type) => {
  if (value === null || typeof value !== "object" || !hasRules(type)) return;
  const items = Array.isArray(value) ? value : [value];
  const faults: string[] = [];
  for (const [index, item] of items.entries()) {
    const errors = await validate(item as object, {
      skipMissingProperties: true,
      forbidUnknownValues: false,
      validationError: { target: false, value: false },
    });
    faults.push(...errors.flatMap((error) => describe(error, Array.isArray(value) ? `${index}.` : "")));
  }
  if (faults.length > 0) throw badInput(faults.slice(0, 20).join("; "));
};

/** Whether a class of arguments has any rule of class-validator: most that only name a page have none. */
export function hasRules(type: unknown): boolean {
  let known = ruled.get(type);
  if (known === undefined) {
    known = typeof type === "function" && getMetadataStorage().getTargetValidationMetadatas(type, "", false, false).length > 0;
    ruled.set(type, known);
  }
  return known;
}

function describe(error: ValidationError, parent: string): string[] {
  const place = `${parent}${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => `${place}: ${message}`);
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, `${place}.`))];
}
