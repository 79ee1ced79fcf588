import { createToken, type Role } from "../../src/access";
import { planQueries } from "../../src/catalog";
import { attestAnonymous } from "../../src/catalog/use-cases/attest-anonymous";
import { sweepFindings } from "../../src/catalog/use-cases/sweep-findings";
import { auditTrail } from "./audit-trail";
import { catalogWorld, type CatalogWorld } from "./catalog-world";

let world: CatalogWorld;
let made = 0;
const tokens = new Map<string, string>();
beforeAll(async () => {
  world = await catalogWorld();
  const callers: [string, Role, string?][] = [["ada", "editor"], ["bob", "editor"], ["ann", "approver"], ["crm's", "service", "crm"], ["shop's", "service", "shop"], ["rita", "reader"]];
  for (const [principal, role, service] of callers) {
    tokens.set(principal, (await createToken(world.deps, { principal, roles: [role], service, actor: "test" })).token);
  }
  for (const key of ["crm", "shop"]) await by("ada", "registerService", { key, name: key });
});
afterAll(() => world.close());

/** The whole answer of a mutation by somebody. */
async function by(principal: string, name: string, input: Record<string, unknown>) {
  const type = name === "confirmAttestation" ? "ConfirmInput" : `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const selection = name === "importDescriptors" ? "errors" : name.startsWith("registerService") ? "id" : "id personal";
  return world.server.graphql<Record<string, { id: string; personal: string }>>(`mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, { input }, tokens.get(principal));
}
const did = async (...call: Parameters<typeof by>): Promise<string> => {
  const { data, errors } = await by(...call);
  expect(errors).toBeUndefined();
  return data[call[1]]!.personal;
};
const refused = async (...call: Parameters<typeof by>) => {
  const { errors } = await by(...call);
  return { code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
};

const FIELDS = [{ name: "age", categories: ["user.demographic.age_range"] }, { name: "n", categories: [] }];
const inAYear = (): string => new Date(world.clock.now().getTime() + 365 * 86_400_000).toISOString();
const datasetInput = (name: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({ namespace: "pg", name, service: "crm", fields: FIELDS, ...more });

/** A personal dataset of crm. */
async function personal(more: Record<string, unknown> = {}): Promise<{ name: string; id: string }> {
  const name = `d${(made += 1)}`;
  await did("ada", "registerDataset", datasetInput(name, more));
  return { name, id: `dataset:pg:${name}` };
}
const propose = (who: string, dataset: string, more: Record<string, unknown> = {}) => [who, "attestAnonymous", { dataset, method: "aggregation", expiresAt: inAYear(), ...more }] as const;
const stateOf = async (id: string): Promise<string> => (await world.ask<{ dataset: { personal: string } }>("query ($id: ID!) { dataset(id: $id) { personal } }", { id }, "reader")).dataset.personal;
async function attested(): Promise<{ name: string; id: string }> {
  const dataset = await personal();
  await did(...propose("ada", dataset.id));
  expect(await did("bob", "confirmAttestation", { id: dataset.id })).toBe("ATTESTED_ANONYMOUS");
  return dataset;
}

test("a proposal has no effect until another principal confirms it, and each is one entry", async () => {
  const { id } = await personal();
  expect(await did(...propose("ada", id))).toBe("PERSONAL");
  expect(await refused("ada", "confirmAttestation", { id })).toMatchObject({ code: "FORBIDDEN", message: expect.stringMatching(/^id: another principal/) as string });
  expect(await stateOf(id)).toBe("PERSONAL");
  expect(await did("ann", "confirmAttestation", { id })).toBe("ATTESTED_ANONYMOUS");
  expect(await did("ann", "confirmAttestation", { id })).toBe("ATTESTED_ANONYMOUS");
  const entries = (await auditTrail(world.deps)).filter(({ action, object }) => object === id && /attest/.test(action));
  expect(entries.map(({ action, outcome }) => `${action} ${outcome}`).sort()).toEqual([
    "catalog.attest-anonymous ok", "catalog.confirm-attestation denied", "catalog.confirm-attestation ok",
  ]);
  const { dataset } = await world.ask<{ dataset: { attestations: unknown[] } }>(
    "query ($id: ID!) { dataset(id: $id) { attestations { method expiresAt proposedBy proposedAt confirmedBy confirmedAt } } }", { id }, "reader",
  );
  const now = world.clock.now().toISOString();
  expect(dataset.attestations).toEqual([{ method: "aggregation", expiresAt: inAYear(), proposedBy: "ada", proposedAt: now, confirmedBy: "ann", confirmedAt: now }]);
});

test("the same proposal again is none, another one takes its place", async () => {
  const { id } = await personal();
  await did(...propose("ada", id));
  const before = (await auditTrail(world.deps)).length;
  await did(...propose("ada", id));
  expect(await auditTrail(world.deps)).toHaveLength(before);
  await did(...propose("bob", id, { method: "synthetic" }));
  expect(await refused("bob", "confirmAttestation", { id })).toMatchObject({ code: "FORBIDDEN" });
  expect(await did("ada", "confirmAttestation", { id })).toBe("ATTESTED_ANONYMOUS");
});

test("what is in force stays so until its successor is confirmed", async () => {
  const { id } = await attested();
  expect(await did(...propose("bob", id, { method: "k-anonymity" }))).toBe("ATTESTED_ANONYMOUS");
  const methods = async () =>
    (await world.ask<{ dataset: { attestations: { method: string }[] } }>("query ($id: ID!) { dataset(id: $id) { attestations { method } } }", { id })).dataset.attestations.map(({ method }) => method);
  expect(await methods()).toEqual(["aggregation", "k-anonymity"]);
  await did("ada", "confirmAttestation", { id });
  expect(await methods()).toEqual(["k-anonymity"]);
});

test("a service attests for its own datasets only, an editor where none owns it", async () => {
  const { id } = await personal();
  expect(await refused(...propose("shop's", id))).toMatchObject({ code: "FORBIDDEN", message: "dataset: your service does not host it" });
  expect(await auditTrail(world.deps)).toContainEqual({ action: "catalog.attest-anonymous", object: id, outcome: "denied" });
  expect(await did(...propose("crm's", id))).toBe("PERSONAL");
  expect(await refused("crm's", "confirmAttestation", { id })).toMatchObject({ code: "FORBIDDEN" });
  const orphan = await personal({ service: null });
  expect(await refused(...propose("crm's", orphan.id))).toMatchObject({ code: "FORBIDDEN" });
  const ofNone = { actor: "nobody's", speaksFor: null, dataset: orphan.id, method: "aggregation", expiresAt: new Date("2026-12-01T00:00:00Z") };
  await expect(attestAnonymous(world.deps, ofNone)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await did(...propose("ada", orphan.id))).toBe("PERSONAL");
  expect(await refused(...propose("rita", id))).toMatchObject({ code: "FORBIDDEN" });
});

test.each(["hash", "SHA-256 hash", "sha256", "Salted hashes", "hmac", "HMAC-SHA1", "tokenization", "Tokenisation of ids", "format-preserving encryption", "AES-256", "pseudonymisation", "data masking", "masked", "md5", "bcrypt", "ｈａｓｈ", "keyed_hash", "a message digest", "argon2", "blake3", "pbkdf2", "crc32", "checksum", "fingerprint", "one-way function", "reversible mapping", "vaulting", "key-coded", "HachageSHA"])(
  "%s makes pseudonyms and is refused",
  async (method) => {
    expect(await refused(...propose("ada", "dataset:pg:d1", { method }))).toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(/^method: .*recital 26/) as string });
  },
);

test.each(["aggregation", "k-anonymity", "differential-privacy", "synthetic", "suppression", "generalisation", "other", "shares per age band, k=20", "shape statistics", "damask patterns", "irreversible aggregation"])(
  "%s may be attested",
  async (method) => {
    const { id } = await personal();
    expect(await did(...propose("ada", id, { method }))).toBe("PERSONAL");
  },
);

test.each([
  ["in the past", "2026-03-02T08:59:59Z"], ["now", "2026-03-02T09:00:00Z"], ["beyond two years", "2028-03-02T09:00:00.001Z"],
])("an expiry %s is refused", async (_, expiresAt) => {
  expect(await refused(...propose("ada", "dataset:pg:d1", { expiresAt }))).toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(/^expiresAt: /) as string });
  expect(await did(...propose("ada", "dataset:pg:d1", { expiresAt: "2028-03-02T09:00:00Z", method: "suppression" }))).toBeDefined();
});

test("what is no dataset is refused, and a confirmation of nothing", async () => {
  expect(await refused(...propose("ada", "crm"))).toMatchObject({ code: "BAD_USER_INPUT" });
  expect(await refused(...propose("ada", "dataset:pg:none"))).toMatchObject({ code: "NOT_FOUND" });
  expect(await refused("bob", "confirmAttestation", { id: "dataset:pg:none" })).toMatchObject({ code: "NOT_FOUND" });
  const { id } = await personal();
  expect(await refused("bob", "confirmAttestation", { id })).toMatchObject({ code: "PRECONDITION_FAILED" });
  await did(...propose("ada", id, { expiresAt: new Date(world.clock.now().getTime() + 1000).toISOString() }));
  world.clock.advance("PT1S");
  expect(await refused("bob", "confirmAttestation", { id })).toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringContaining("expired") as string });
});

test.each<[string, (name: string, id: string) => Promise<unknown>, string]>([
  ["a new field", (name) => did("ada", "registerDataset", datasetInput(name, { fields: [...FIELDS, { name: "mail" }] })), "PERSONAL"],
  ["another category", (_, id) => did("ada", "classifyFields", { dataset: id, fields: [{ name: "n", categories: ["user.name"] }] }), "PERSONAL"],
  ["another service", (name) => did("ada", "registerDataset", { namespace: "pg", name, service: "shop" }), "PERSONAL"],
  ["a field less", (name) => did("ada", "registerDataset", datasetInput(name, { fields: FIELDS.slice(0, 1) })), "ATTESTED_ANONYMOUS"],
  ["another type of a field", (_, id) => did("ada", "classifyFields", { dataset: id, fields: [{ name: "n", type: "bigint" }] }), "ATTESTED_ANONYMOUS"],
  ["another description", (name) => did("ada", "registerDataset", { namespace: "pg", name, description: "Ages" }), "ATTESTED_ANONYMOUS"],
])("after %s it no longer counts, or still does", async (_, change, expected) => {
  const { name, id } = await attested();
  await change(name, id);
  expect(await stateOf(id)).toBe(expected);
});

test("a proposal for what has changed since cannot be confirmed", async () => {
  const { name, id } = await personal();
  await did(...propose("ada", id));
  await did("ada", "registerDataset", { namespace: "pg", name, service: "shop" });
  expect(await refused("bob", "confirmAttestation", { id })).toMatchObject({ code: "PRECONDITION_FAILED" });
});

test("expires by itself, which is a finding until it is attested again", async () => {
  const { id } = await attested();
  const findings = async (): Promise<string[]> => {
    await sweepFindings(world.deps);
    const { ownershipFindings } = await world.ask<{ ownershipFindings: { edges: { node: { subject: string } }[] } }>('{ ownershipFindings(kind: ["ATTESTATION_EXPIRED"]) { edges { node { subject } } } }');
    return ownershipFindings.edges.map(({ node }) => node.subject);
  };
  expect(await findings()).not.toContain(id);
  world.clock.advance("P365D");
  expect(await stateOf(id)).toBe("PERSONAL");
  expect(await findings()).toContain(id);
  await did(...propose("ada", id));
  await did("bob", "confirmAttestation", { id });
  expect(await findings()).not.toContain(id);
});

test("plans of erasure and coverage: a plan does not heed it, coverage does", async () => {
  const { name, id } = await personal({ identifierTypes: ["visitor"] });
  const coverage = async (): Promise<number> => (await world.ask<{ erasureCoverage: { inScope: number } }>('{ erasureCoverage(service: "crm") { inScope } }')).erasureCoverage.inScope;
  const before = await coverage();
  await did(...propose("ada", id));
  expect(await coverage()).toBe(before);
  await did("bob", "confirmAttestation", { id });
  expect(await coverage()).toBe(before - 1);
  expect((await planQueries.findPlanSeeds(world.deps.db, ["visitor"])).map(({ dataset }) => [dataset.name, dataset.personal])).toEqual([[name, "PERSONAL"]]);
});

test("two proposals and two confirmations at once leave one in force", async () => {
  const { id } = await personal();
  await Promise.all([by(...propose("ada", id)), by(...propose("bob", id, { method: "synthetic" }))]);
  const answers = await Promise.all([by("ada", "confirmAttestation", { id }), by("bob", "confirmAttestation", { id }), by("ann", "confirmAttestation", { id })]);
  expect(answers.filter(({ errors }) => errors === undefined).length).toBeGreaterThanOrEqual(1);
  const rows = await world.deps.db.query<{ confirmed: boolean }>(
    "testAttestations", "select a.confirmed_at is not null as confirmed from attestations a join datasets d on d.id = a.dataset_id where d.name = $1 and a.ended_at is null", [id.split(":")[2]],
  );
  expect(rows).toEqual([{ confirmed: true }]);
});
