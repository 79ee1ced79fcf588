import type { Deps } from "../../src/platform/deps";

/** Runs a statement as the owner of the tables, who may do and see what connections of the ordinary role may not. */
export const asOwner = <Row>({ transaction }: Deps, name: string, text: string, values?: readonly unknown[]): Promise<Row[]> =>
  transaction(async (tx) => {
    await tx.query("testBecomeOwner", "set local role none");
    return tx.query<Row>(name, text, values);
  });
