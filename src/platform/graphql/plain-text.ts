import { buildMessage, ValidateBy, type ValidationOptions } from "class-validator";

/** Control characters but tab and line breaks, and halves of surrogate pairs: PostgreSQL or canonical JSON cannot hold them. */
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;

/** A text of 1 to `max` characters that can be stored, compared and shown. For every free text and id of an input. */
export const PlainText = (max: number, options?: ValidationOptions): PropertyDecorator => textOf(1, max, options);

/** The same, or no character at all. */
export const PlainTextOrNone = (max: number): PropertyDecorator => textOf(0, max);

const textOf = (min: number, max: number, options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: "plainText",
      constraints: [min, max],
      validator: {
        validate: (value) => typeof value === "string" && value.length >= min && value.length <= max && !UNPRINTABLE.test(value),
        defaultMessage: buildMessage((each) => `${each}$property must be a text of $constraint1 to $constraint2 characters without control characters`, options),
      },
    },
    options,
  );
