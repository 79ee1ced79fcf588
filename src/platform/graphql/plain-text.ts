import { buildMessage, ValidateBy, type ValidationOptions } from "class-validator";

/** Control characters but tab and line breaks, and halves of surrogate pairs: PostgreSQL or canonical JSON cannot hold them. */
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;

/** A text of 1 to `max` characters that can be stored, compared and shown. For every free text and id of an input. */
export const PlainText = (max: number, options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: "plainText",
      constraints: [max],
      validator: {
        validate: (value) => typeof value === "string" && value.length > 0 && value.length <= max && !UNPRINTABLE.test(value),
        defaultMessage: buildMessage((each) => `${each}$property must be a text of 1 to $constraint1 characters without control characters`, options),
      },
    },
    options,
  );
