import { readFileSync } from "node:fs";
import { loadKeyring } from "../../src/platform/crypto/keyring";
import { type KeysFile, rotateKek } from "../../src/platform/crypto/keys-file";
import { replaceKeysFile } from "../../src/platform/crypto/keys-storage";
import type { Deps } from "../../src/platform/deps";
import { openIdentifiers, rewrapSubjectKeys, sealSubject } from "../../src/subjects";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

let world: World;
beforeAll(async () => {
  world = await setup();
});
afterAll(() => world.close());

const seal = (deps: Deps, value: string) => deps.transaction((tx) => sealSubject(tx, [{ type: "email", value }]));

test("after a rotation every subject's key is wrapped anew, and what it sealed stays as it is and opens without the old key", async () => {
  const { deps } = world;
  const { keysFile } = deps.config;
  const pids: string[] = [];
  // More than one batch.
  for (let person = 0; person < 1100; person += 1) pids.push((await seal(deps, `person-${person}@example.org`)).pid);
  const sealedBefore = await deps.db.query("sealedValues", "select id, sealed from subject_identifiers order by id");
  expect(await rewrapSubjectKeys(deps)).toBe(0);

  const old = deps.keyring.currentKek;
  replaceKeysFile(keysFile, rotateKek(JSON.parse(readFileSync(keysFile, "utf8")) as KeysFile, deps.clock.now()));
  await waitFor(() => deps.keyring.currentKek !== old);
  expect(await rewrapSubjectKeys(deps)).toBe(1100);
  expect(await rewrapSubjectKeys(deps)).toBe(0);
  expect(await deps.db.query("sealedValues", "select id, sealed from subject_identifiers order by id")).toEqual(sealedBefore);

  const { keks, ...rest } = JSON.parse(readFileSync(keysFile, "utf8")) as KeysFile;
  replaceKeysFile(keysFile, { ...rest, keks: keks.filter(({ id }) => id !== old) });
  const opened = await openIdentifiers({ ...deps.db, keyring: loadKeyring(keysFile, deps.clock) }, [pids[0]!, pids[1099]!]);
  expect([...opened.values()].flat().map(({ value }) => value)).toEqual(["person-0@example.org", "person-1099@example.org"]);
});
