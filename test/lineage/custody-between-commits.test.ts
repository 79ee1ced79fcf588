import { findCopies } from "../../src/lineage/use-cases/find-copies";
import { recordDisposal } from "../../src/lineage/use-cases/record-disposal";
import { recordEvents } from "../../src/lineage/use-cases/record-events";
import type { Tx } from "../../src/platform/database/sql";
import { catalogWorld, type CatalogWorld } from "../catalog/catalog-world";
import { minute, runEvent } from "./recorded-world";

let world: CatalogWorld;
beforeAll(async () => {
  world = await catalogWorld();
});
afterAll(() => world.close());

const record = (...events: Parameters<typeof recordEvents>[1]): Promise<void> => world.deps.transaction((tx) => recordEvents(tx, events));

/** A transaction in whose midst, after its nth statement, others commit. */
const interrupted = (tx: Tx, after: number, commit: () => Promise<void>): Tx => {
  let statements = 0;
  return {
    ...tx,
    query: async <Row>(name: string, text: string, values?: readonly unknown[]) => {
      const rows = await tx.query<Row>(name, text, values);
      statements += 1;
      if (statements === after) await commit();
      return rows;
    },
  };
};

test.each([1, 2, 3])("a run that ends after the %sth statement of a look at custody is told of as open or as ended, never by neither", async (after) => {
  const [people, copy] = [`people${after}`, `copy${after}`];
  await record(runEvent({ run: copy, type: "START", at: 1, inputs: [people], outputs: [copy] }));
  await recordDisposal(world.deps, { actor: "ada", speaksFor: undefined, dataset: `dataset:pg:${copy}`, kind: "TRUNCATED", at: minute(3) });
  const [start] = await world.deps.db.query<{ id: number }>("testPeople", "select id from datasets where name = $1", [people]);
  const ends = (): Promise<void> => record(runEvent({ run: copy, at: 5, inputs: [people], outputs: [copy] }));
  const { trails } = await world.deps.transaction((tx) => findCopies(interrupted(tx, after, ends), [start!.id], 10));
  expect(trails).toMatchObject([{ excluded: null }]);
});
