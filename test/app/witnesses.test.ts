import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { createWorkers } from "../../src/app/workers";
import { Metrics } from "../../src/platform/http/metrics";
import { UnknownSigner, openCheckpoint } from "../../src/protocol/tlog/checkpoint";
import { formatVkey, parseVkey } from "../../src/protocol/tlog/signed-note";
import { startServer, type TestServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

let [log, witness]: World[] = [];
const servers: TestServer[] = [];
beforeAll(async () => {
  [log, witness] = await Promise.all([
    setup({ config: { CADASTRE_AUDIT_ORIGIN: "log.example/audit", CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8" } }),
    setup({ config: { CADASTRE_AUDIT_ORIGIN: "witness.example/audit" } }),
  ]);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await Promise.all([log?.close(), witness?.close()]);
});

test("a running log serves checkpoints that its witness cosigned, and counts how often it asked", async () => {
  const ours = openSigner(log!.deps.config, log!.deps.keyring).vkeys("log.example/audit");
  const watching = await startServer({ deps: { ...witness!.deps, config: { ...witness!.deps.config, witnessedLogs: ours.map(formatVkey) } } });
  const address = `${watching.url}/audit/witness`;
  const vkey = (await (await fetch(`${address}/vkey`)).text()).trimEnd();
  const deps = { ...log!.deps, config: { ...log!.deps.config, witnesses: [{ vkey, url: address }] } };
  const served = await startServer({ deps });
  servers.push(watching, served);

  const metrics = new Metrics();
  const workers = createWorkers(deps, metrics);
  for (const worker of workers) worker.start();
  try {
    const checkpoint = await waitFor(async () => {
      const note = await (await fetch(`${served.url}/audit/checkpoint`)).text();
      return note.includes("witness.example") ? openCheckpoint(note, [...ours, parseVkey(vkey)]) : undefined;
    });
    expect(checkpoint).toMatchObject({ origin: "log.example/audit", witnesses: [{ name: "witness.example/audit/witness" }] });
    expect(() => openCheckpoint(checkpoint.note.text + "\n" + checkpoint.note.signatures[1]!.line, ours)).toThrow(UnknownSigner);
    expect(await metrics.registry.metrics()).toMatch(/cadastre_cosignature_requests_total{witness="witness.example\/audit\/witness",outcome="cosigned"} [1-9]/);
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
});
