/** Milliseconds as PostgreSQL reads an instant; open ends are infinite. */
export function instantText(milliseconds: number): string {
  if (milliseconds === Infinity) return "infinity";
  if (milliseconds === -Infinity) return "-infinity";
  const text = new Date(Math.floor(milliseconds)).toISOString();
  return Number.isInteger(milliseconds) ? text : text.replace("Z", "500Z");
}

/** An instant to half a millisecond, which a Date cannot hold. */
export const exactMilliseconds = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** As pg answers an instant: infinite ones are numbers. */
export type StoredInstant = Date | number;

export const millisecondsOf = (instant: StoredInstant): number => (typeof instant === "number" ? instant : instant.getTime());
