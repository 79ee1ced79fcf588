/** Milliseconds as PostgreSQL reads an instant; open ends are infinite. */
export function instantText(milliseconds: number): string {
  if (milliseconds === Infinity) return "infinity";
  return milliseconds === -Infinity ? "-infinity" : new Date(milliseconds).toISOString();
}

/** As pg answers an instant: infinite ones are numbers. */
export type StoredInstant = Date | number;

export const millisecondsOf = (instant: StoredInstant): number => (typeof instant === "number" ? instant : instant.getTime());
