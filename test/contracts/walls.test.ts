import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const CONFIG = join(ROOT, ".dependency-cruiser.cjs");
const CRUISE = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

type Edge = readonly [from: string, to: string];

/** One violation of every rule; `to` is a file of the tree, a package, or a file that is `import type`d. */
const VIOLATIONS: Record<string, Edge> = {
  "no-cycles": ["src/catalog/use-cases/first.ts", "type:src/catalog/use-cases/second.ts"],
  "tier-subjects": ["src/subjects/use-cases/tier.ts", "src/audit/index.ts"],
  "tier-audit": ["src/audit/use-cases/tier.ts", "src/access/index.ts"],
  "tier-access": ["src/access/use-cases/tier.ts", "src/catalog/index.ts"],
  "tier-catalog": ["src/catalog/use-cases/tier.ts", "src/dispatch/index.ts"],
  "tier-dispatch": ["src/dispatch/use-cases/tier.ts", "src/lineage/index.ts"],
  "tier-lineage": ["src/lineage/use-cases/tier.ts", "src/quality/index.ts"],
  "tier-retention": ["src/retention/use-cases/tier.ts", "type:src/erasure/index.ts"],
  "domains-meet-at-index": ["src/erasure/use-cases/beside-index.ts", "src/subjects/storage/subject-store.ts"],
  "graphql-rooms-share-types": ["src/erasure/graphql/beside-types.ts", "src/catalog/graphql/catalog-resolver.ts"],
  "platform-knows-no-domain": ["src/platform/knows.ts", "type:src/catalog/model.ts"],
  "protocol-is-pure": ["src/protocol/impure.ts", "src/platform/clock.ts"],
  "participant-imports-protocol-only": ["src/participant/heavy.ts", "src/platform/errors.ts"],
  "kit-is-for-services": ["src/erasure/use-cases/kit.ts", "src/participant/index.ts"],
  "nobody-imports-app": ["src/erasure/use-cases/app.ts", "src/app/compose.ts"],
  "sql-stays-in-storage": ["src/erasure/use-cases/sql.ts", "typeorm"],
  "graphql-stays-at-the-door": ["src/erasure/use-cases/loader.ts", "dataloader"],
  "outbound-through-the-guard": ["src/dispatch/outbound/bare.ts", "undici"],
  "model-imports-no-library": ["src/erasure/deadline-model.ts", "node:crypto"],
  "model-knows-no-room": ["src/erasure/model.ts", "type:src/erasure/storage/erasure-rows.ts"],
  "hands-never-look-up": ["src/erasure/storage/looks-up.ts", "src/erasure/use-cases/plan-erasure.ts"],
  "verbs-know-no-door": ["src/erasure/use-cases/door.ts", "src/erasure/graphql/erasure-types.ts"],
  "doors-call-verbs-or-queries": ["src/erasure/graphql/store.ts", "src/erasure/storage/erasure-store.ts"],
  "src-stands-alone": ["src/platform/test-help.ts", "test/support/setup.ts"],
  "src-uses-runtime-packages": ["src/platform/http/dev.ts", "fastify"],
  "examples-use-the-kit": ["examples/shop/peeks.ts", "src/platform/config.ts"],
};

/** What the rules are meant to leave free. */
const FREE: readonly Edge[] = [
  ["src/main.ts", "src/app/compose.ts"],
  ["src/cli/serve.ts", "src/app/compose.ts"],
  ["src/app/compose.ts", "src/erasure/graphql/erasure-resolver.ts"],
  ["src/app/data-source.ts", "typeorm"],
  ["src/erasure/graphql/erasure-resolver.ts", "type-graphql"],
  ["src/erasure/graphql/erasure-resolver.ts", "src/catalog/graphql/catalog-types.ts"],
  ["src/erasure/graphql/erasure-resolver.ts", "src/erasure/use-cases/plan-erasure.ts"],
  ["src/erasure/graphql/erasure-loaders.ts", "src/erasure/storage/erasure-queries.ts"],
  ["src/erasure/jobs/plan-job.ts", "src/erasure/use-cases/plan-erasure.ts"],
  ["src/erasure/use-cases/plan-erasure.ts", "src/erasure/model.ts"],
  ["src/erasure/use-cases/plan-erasure.ts", "src/retention/index.ts"],
  ["src/erasure/use-cases/plan-erasure.ts", "src/erasure/storage/erasure-store.ts"],
  ["src/erasure/storage/erasure-store.ts", "pg"],
  ["src/erasure/storage/erasure-store.ts", "src/erasure/model.ts"],
  ["src/erasure/model.ts", "src/platform/calendar.ts"],
  ["src/dispatch/outbound/send.ts", "src/platform/outbound/client.ts"],
  ["src/dispatch/use-cases/check-endpoint.ts", "src/participant/index.ts"],
  ["src/platform/outbound/client.ts", "undici"],
  ["src/participant/index.ts", "src/protocol/index.ts"],
  ["src/participant/fastify.ts", "type:fastify"],
  ["src/protocol/signing.ts", "node:crypto"],
  ["examples/shop/billing.ts", "src/participant/index.ts"],
];

const trees: string[] = [];
afterAll(() => trees.forEach((tree) => rmSync(tree, { recursive: true, force: true })));

test("every wall has a planted violation here", () => {
  const { forbidden } = jest.requireActual<{ forbidden: { name: string }[] }>(CONFIG);
  expect(forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(VIOLATIONS).sort());
});

describe("a breach of", () => {
  const found = new Set<string>();
  beforeAll(() => {
    const cycle: Edge = ["src/catalog/use-cases/second.ts", "type:src/catalog/use-cases/first.ts"];
    for (const violation of cruise([...Object.values(VIOLATIONS), cycle])) found.add(violation);
  });

  test.each(Object.entries(VIOLATIONS))("%s is reported by that name", (rule, [from]) => {
    expect([...found]).toContain(`${rule}: ${from}`);
  });
});

test("what the rules allow is not reported", () => {
  expect(cruise(FREE)).toEqual([]);
});

/** Builds a small tree with these imports and answers the violations as `rule: importing file`. */
function cruise(edges: readonly Edge[]): string[] {
  const tree = mkdtempSync(join(tmpdir(), "cadastre-walls-"));
  trees.push(tree);
  const texts = new Map<string, string>();
  for (const [from, to] of edges) {
    const target = to.replace(/^type:/, "");
    const inTree = target.endsWith(".ts");
    const name = inTree ? importPath(from, target) : target;
    if (inTree && !texts.has(target)) texts.set(target, "export const value = 1;\nexport type Value = number;\n");
    const statement = to === target ? `import "${name}";\n` : `import type { Value } from "${name}";\n`;
    texts.set(from, statement + (texts.get(from) ?? "export const value = 1;\nexport type Value = number;\n"));
  }
  for (const [path, text] of texts) write(tree, path, text);
  write(tree, "tsconfig.json", "{}");
  write(tree, "package.json", JSON.stringify({
    dependencies: { typeorm: "1", pg: "1", undici: "1", dataloader: "1", "type-graphql": "1" },
    devDependencies: { fastify: "1" },
  }));
  for (const name of ["typeorm", "pg", "undici", "dataloader", "type-graphql", "fastify"]) {
    write(tree, `node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    write(tree, `node_modules/${name}/index.js`, "");
  }
  return violationsIn(tree);
}

function violationsIn(tree: string): string[] {
  const output = execFileSync(process.execPath, [CRUISE, "--config", CONFIG, "--output-type", "json", "src", "examples"], {
    cwd: tree,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const report = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return report.summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}

function importPath(from: string, to: string): string {
  const path = relative(dirname(from), to.replace(/\.ts$/, ""));
  return path.startsWith(".") ? path : `./${path}`;
}

function write(tree: string, path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}
