import type { Reader, Tx } from "../../src/platform/database/sql";
import type { Deps } from "../../src/platform/deps";

/** For statement budgets: works through the returned `deps` and lists the names of the statements that were run (row classes' as their SQL). */
export function countStatements(deps: Deps): { deps: Deps; statements: string[] } {
  const statements: string[] = [];
  const counted = <Read extends Reader>(reader: Read): Read => ({
    ...reader,
    query: (name, text, values) => {
      statements.push(name);
      return reader.query(name, text, values);
    },
  });
  const countedTx = (tx: Tx): Tx => {
    const runner = tx.manager.queryRunner;
    if (!runner) throw new Error("a transaction's manager has a query runner");
    const query = runner.query.bind(runner) as (text: string, ...rest: unknown[]) => Promise<never>;
    runner.query = (text: string, ...rest: unknown[]) => {
      statements.push(text);
      return query(text, ...rest);
    };
    return {
      ...counted(tx),
      execute: (name, text, values) => {
        statements.push(name);
        return tx.execute(name, text, values);
      },
      send: (name, text, values) => {
        statements.push(name);
        tx.send(name, text, values);
      },
    };
  };
  return {
    statements,
    deps: { ...deps, db: counted(deps.db), transaction: (work) => deps.transaction((tx) => work(countedTx(tx))) },
  };
}
