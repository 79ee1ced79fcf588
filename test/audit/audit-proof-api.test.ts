import { generateKeyPairSync } from "node:crypto";
import { graphql } from "graphql";
import { createToken } from "../../src/access";
import { appendAuditEntry } from "../../src/audit";
import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { sequenceEntries } from "../../src/audit/use-cases/sequence-entries";
import { startApi } from "../../src/app/api";
import { buildGraphqlSchema } from "../../src/app/graphql-schema";
import { RequestContext } from "../../src/platform/graphql/request-context";
import { Metrics } from "../../src/platform/http/metrics";
import { cosign, openCheckpoint, type OpenedCheckpoint } from "../../src/protocol/tlog/checkpoint";
import { leafHash } from "../../src/protocol/tlog/merkle-tree";
import { verifyConsistency, verifyInclusion } from "../../src/protocol/tlog/proofs";
import { COSIGNATURE, formatVkey, parseNote, vkeyOf } from "../../src/protocol/tlog/signed-note";
import { parseTlogProof } from "../../src/protocol/tlog/tlog-proof";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";
import { startServer, type TestServer } from "../support/server";
import { waitFor } from "../support/wait-for";
import { logEntries, publishAll } from "./logged-world";

const PROOF = "query ($entry: ID!) { auditProof(entry: $entry) }";
const CONSISTENCY = "query ($from: Int!, $to: Int!) { auditConsistency(fromSize: $from, toSize: $to) }";
const CHECKPOINT = "{ auditCheckpoint }";

let world: World;
let server: TestServer;
let auditor: string;

beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  ({ token: auditor } = await createToken(world.deps, { principal: "arthur", roles: ["auditor"], actor: "test" }));
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const open = (note: string): OpenedCheckpoint => openCheckpoint(note, openSigner(world.deps.config, world.deps.keyring).vkeys(world.deps.config.auditOrigin));
const newest = async (): Promise<OpenedCheckpoint> => open((await server.graphql<{ auditCheckpoint: string }>(CHECKPOINT, {}, auditor)).data.auditCheckpoint);
const codeOf = (answer: { readonly errors?: readonly { extensions: { code: string } }[] }): string | undefined => answer.errors?.[0]?.extensions.code;
const entriesOf = (action: string, outcome = "ok"): Promise<{ actor: string; object: string | null }[]> =>
  world.deps.db.query("entriesOf", "select actor, object from audit_entry_facts where action = $1 and outcome = $2 order by id", [action, outcome]);
/** Appends an entry that nobody gives a place to yet. */
async function append(object: string): Promise<string> {
  await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "catalog.register-service", actor: "ada", object }));
  const [row] = await world.deps.db.query<{ id: string }>("appendedEntry", "select id from audit_entry_facts where object = $1", [object]);
  return row!.id;
}

test("there is no checkpoint before the first is signed", async () => {
  expect(codeOf(await server.graphql(CHECKPOINT, {}, auditor))).toBe("NOT_FOUND");
  expect((await server.graphql(CONSISTENCY, { from: 0, to: 0 }, auditor)).data).toEqual({ auditConsistency: [] });
});

describe("in a log of three hundred entries", () => {
  beforeAll(async () => {
    await publishAll(world.deps);
    await logEntries(world.deps, 149);
    await logEntries(world.deps, 150);
    expect((await newest()).size).toBe(300);
  });

  test("every entry is proven to stand in it, with its bytes", async () => {
    const rows = await world.deps.db.query<{ id: string; index: number; bytes: Buffer }>("someEntries", "select id, leaf_index::int as index, entry as bytes from audit_entries where leaf_index in (0, 1, 149, 150, 255, 256, 298, 299)");
    expect(rows).toHaveLength(8);
    for (const { id, index, bytes } of rows) {
      const proof = parseTlogProof((await server.graphql<{ auditProof: string }>(PROOF, { entry: id }, auditor)).data.auditProof);
      const { size, root } = open(proof.checkpoint);
      expect(verifyInclusion({ index: proof.index, size, root, leaf: leafHash(bytes), proof: proof.hashes })).toBe(true);
      expect([proof.index, proof.extra, size]).toEqual([index, bytes, 300]);
    }
    expect(await entriesOf("audit.audit-proof")).toEqual(expect.arrayContaining(rows.map(({ id }) => ({ actor: "arthur", object: id }))));
  });

  test("one size is proven to extend another, and no entry tells of it", async () => {
    const roots = await world.deps.db.query<{ size: number; root: Buffer }>("rootsBySize", "select size::int as size, root from audit_checkpoints order by size");
    expect(roots.map(({ size }) => size)).toEqual([1, 150, 300]);
    for (const from of roots) {
      for (const to of roots.filter(({ size }) => size >= from.size)) {
        const { auditConsistency } = (await server.graphql<{ auditConsistency: string[] }>(CONSISTENCY, { from: from.size, to: to.size }, auditor)).data;
        expect(verifyConsistency({ from, to, proof: auditConsistency.map((hash) => Buffer.from(hash, "base64")) })).toBe(true);
      }
    }
    expect(await entriesOf("audit.audit-consistency")).toEqual([]);
    expect(await entriesOf("audit.audit-checkpoint")).toEqual([]);
  });

  test.each([[-1, 300], [0, 301], [300, 150]])("of the sizes %d and %d nothing can be proven", async (from, to) => {
    expect(codeOf(await server.graphql(CONSISTENCY, { from, to }, auditor))).toBe("BAD_USER_INPUT");
  });

  test.each(["0197a3b2-7c00-7000-8000-000000000000", "none"])("there is no entry %s", async (entry) => {
    expect(codeOf(await server.graphql(PROOF, { entry }, auditor))).toBe("NOT_FOUND");
  });
});

test("the proof of a new entry waits for the checkpoint that covers it", async () => {
  const entry = await append("service:new");
  const asked = performance.now();
  const answer = server.graphql<{ auditProof: string }>(PROOF, { entry }, auditor);
  await sequenceEntries(world.deps);
  await waitFor(() => performance.now() - asked > 250);
  await publishAll(world.deps);
  expect(parseTlogProof((await answer).data.auditProof).extra!.toString()).toContain('"object":"service:new"');
});

test("where no checkpoint comes, the proof is refused within seconds, and the refusal recorded", async () => {
  const entry = await append("service:newer");
  const asked = performance.now();
  expect(codeOf(await server.graphql(PROOF, { entry }, auditor))).toBe("PRECONDITION_FAILED");
  expect(performance.now() - asked).toBeGreaterThan(2_900);
  expect(await entriesOf("audit.audit-proof", "denied")).toEqual([{ actor: "arthur", object: null }]);
});

test("the proofs of a page take three statements, and are missing of entries that no checkpoint covers", async () => {
  world.clock.advance("PT1S");
  const before = await append("service:covered");
  await publishAll(world.deps);
  const after = await append("service:uncovered");
  const counted = countStatements(world.deps);
  const api = await startApi(counted.deps, { port: 0, host: "127.0.0.1", metrics: new Metrics(), checks: [] });
  const ask = async (members: string): Promise<{ id: string; proof?: string | null }[]> => {
    const body = JSON.stringify({ query: `{ auditEntries(first: 50) { edges { node { id ${members} } } } }` });
    const response = await fetch(`${api.url}/graphql`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${auditor}` }, body });
    return ((await response.json()) as { data: { auditEntries: { edges: { node: { id: string } }[] } } }).data.auditEntries.edges.map(({ node }) => node);
  };
  await ask("");
  counted.statements.length = 0;
  await ask("");
  const without = counted.statements.splice(0).length;
  const nodes = await ask("proof");
  await api.close(1_000);
  expect(counted.statements.length).toBe(without + 3);
  const proofs = new Map(nodes.map(({ id, proof }) => [id, proof]));
  expect(proofs.get(after)).toBeNull();
  const proof = parseTlogProof(proofs.get(before)!);
  const { size, root } = open(proof.checkpoint);
  expect(verifyInclusion({ index: proof.index, size, root, leaf: leafHash(proof.extra!), proof: proof.hashes })).toBe(true);
  expect([...proofs.values()].filter((text) => text !== null).length).toBeGreaterThan(40);
});

test("whoever may ask for proofs but not read entries gets no bytes of them", async () => {
  const entry = await append("service:secret");
  await publishAll(world.deps);
  const ask = async (...permissions: string[]) => {
    const contextValue = new RequestContext(world.deps, { principal: "eve", permissions: new Set(["audit:audit-proof", ...permissions]) }, "test");
    const { data } = await graphql({ schema: buildGraphqlSchema(), source: PROOF, variableValues: { entry }, contextValue });
    return parseTlogProof((data as { auditProof: string }).auditProof).extra;
  };
  expect(await ask()).toBeUndefined();
  expect(await ask("audit:read-entries")).toBeDefined();
  expect(await ask("audit:audit-entry")).toBeDefined();
});

test("where there are witnesses, a checkpoint is shown once it is cosigned or has waited for two seconds, and never an older one after it", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const witness = { name: "witness.example", privateKey };
  const watched = await setup({ config: { CADASTRE_WITNESSES: `${formatVkey(vkeyOf(witness.name, COSIGNATURE, privateKey))} http://127.0.0.1:9/` } });
  const door = await startServer(watched);
  const shown = async (): Promise<[size: string | undefined, signatures: number]> => {
    const note = parseNote(await (await fetch(`${door.url}/audit/checkpoint`)).text());
    return [note.text.split("\n")[1], note.signatures.length];
  };
  const cosignNewest = async (): Promise<void> => {
    const [row] = await watched.deps.db.query<{ size: string; note: string }>("newestNote", "select size, note from audit_checkpoints order by audit_checkpoints.size desc limit 1");
    const line = cosign(parseNote(row!.note).text, witness, watched.deps.clock.now());
    await watched.deps.db.query("cosignNewest", "insert into audit_cosignatures values ($1, $2, $3, $4)", [row!.size, witness.name, line, watched.deps.clock.now()]);
  };
  await logEntries(watched.deps, 1);
  expect(await shown()).toEqual(["1", 1]);
  await cosignNewest();
  watched.clock.advance("PT5S");
  await logEntries(watched.deps, 1);
  expect(await shown()).toEqual(["1", 2]);
  const [fresh] = await watched.deps.db.query<{ id: string }>("freshEntry", "select id from audit_entries where leaf_index = 1");
  const { token } = await createToken(watched.deps, { principal: "arthur", roles: ["auditor"], actor: "test" });
  const proof = (await door.graphql<{ auditProof: string }>(PROOF, { entry: fresh!.id }, token)).data.auditProof;
  expect(parseTlogProof(proof).checkpoint).toContain("\n2\n");
  watched.clock.advance("PT2S");
  await publishAll(watched.deps);
  expect(await shown()).toEqual(["2", 1]);
  await cosignNewest();
  expect((await shown())[1]).toBe(2);
  await door.close();
  await watched.close();
});
