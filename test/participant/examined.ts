import { randomUUID } from "node:crypto";
import {
  checkConformance, done, erased, found, type ConformanceOptions, type ConformanceReport, type DatasetHandlers, type OrderContext,
} from "../../src/participant";
import { ORDER_KINDS, parseSigningKey } from "../../src/protocol";
import { CARTS, type Office, ORDERS, post } from "./office";

export interface Row {
  readonly email: string;
  readonly phone?: string;
}

/** An honest dataset: rows looked up by e-mail and telephone. */
export class Table {
  readonly rows: Row[] = [{ email: "jane@example.com" }];

  handlers(): DatasetHandlers<undefined> {
    return {
      discover: (context) => found(this.of(context).length),
      verify: (context) => found(this.of(context).length),
      erase: (context) => {
        const theirs = this.of(context);
        if (!context.dryRun) this.remove(theirs);
        return erased(theirs.length);
      },
      plant: ({ identifiers }) => {
        const { email, phone } = identifiers("email", "phone");
        return done(this.rows.push({ email: email[0] ?? "", phone: phone[0] }) && 1);
      },
      hold: () => done(0),
      release: () => done(0),
    };
  }

  of({ identifiers }: Pick<OrderContext, "identifiers">): Row[] {
    const { email, phone } = identifiers("email", "phone");
    return this.rows.filter((row) => email.includes(row.email) || (row.phone !== undefined && phone.includes(row.phone)));
  }

  remove(theirs: Row[]): void {
    for (const row of theirs) this.rows.splice(this.rows.indexOf(row), 1);
  }
}

export const CARTS_EXAMINED = { ...CARTS, identifierTypes: ["email"] };
export const EXAMINED = [{ ...ORDERS, identifierTypes: ["email", "phone"] }, CARTS_EXAMINED];

export async function examineAt(office: Office, url: string, change: Partial<ConformanceOptions> = {}): Promise<ConformanceReport> {
  return checkConformance({
    url, orderKeys: [parseSigningKey(office.key.privateKey)], serviceKeys: [office.serviceKey.publicKey], audience: "service:orders",
    datasets: EXAMINED, kinds: ORDER_KINDS, clock: office.clock, newId: randomUUID,
    post: (address, { headers, body }) => post(address, body, headers), polling: { times: 3, waitMs: 1 },
    ...change,
  });
}

/** Name and message of every check that failed. */
export function failuresOf({ checks, passed }: ConformanceReport): string[] {
  const failures = checks.filter((check) => !check.passed);
  expect(passed).toBe(failures.length === 0);
  return failures.map(({ name, message }) => `${name} | ${message}`);
}
