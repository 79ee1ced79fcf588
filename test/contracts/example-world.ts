import { rm } from "node:fs/promises";
import { type GraphQLField, getNamedType, isCompositeType } from "graphql";
import { createToken, ROLES } from "../../src/access";
import { buildGraphqlSchema } from "../../src/app/graphql-schema";
import { HighWater } from "../../src/audit/storage/high-water";
import { publishCheckpoint } from "../../src/audit/use-cases/publish-checkpoint";
import { sequenceEntries } from "../../src/audit/use-cases/sequence-entries";
import { discovered, erased, found, notFound, type OrderContext } from "../../src/participant";
import type { Deps } from "../../src/platform/deps";
import { type Company, createCompany } from "../erasure/support/company";
import { type GraphqlAnswer, startServer, type TestServer } from "../support/server";
import type { TestClock } from "../support/test-clock";

export type Input = Record<string, unknown>;
export type Who = "preparer" | "second" | "caller" | "nobody";

export const schema = buildGraphqlSchema();
export const mutations = Object.values(schema.getMutationType()!.getFields());

/** A house with its doors open and no background work, and one service that takes orders; one for all examples. */
export interface ExampleHouse {
  readonly deps: Deps;
  readonly clock: TestClock;
  readonly url: string;
  tokenOf(who: Who): string;
  /** Calls a mutation as somebody and answers as it was answered, with the `id` of the object where it has one. */
  call(who: Who, mutation: string, input: unknown): Promise<GraphqlAnswer<Record<string, { id?: string }> | null>>;
  /** What the door says, as it says it, to a caller who may do everything. */
  post(query: string, variables: unknown, accept: string): Promise<string>;
  as(who: Who): ExampleWorld;
  close(): Promise<void>;
}

/** What prepares an example: all that it does is done by one person, through the doors. */
export interface ExampleWorld {
  readonly clock: TestClock;
  /** A key that nothing has yet. */
  fresh(what: string): string;
  now(): string;
  /** Calls a mutation that is not refused; answers the `id` of its object. */
  mutate(mutation: string, input: Input): Promise<{ id: string }>;
  ask<Data>(query: string, variables: Input): Promise<Data>;
  /** Delivers orders and advances requests until nothing moves at this instant. */
  settle(): Promise<void>;
  publishAuditLog(): Promise<void>;
  /** Publishes the audit log and loses its high-water mark. */
  breakAuditLog(): Promise<void>;
  as(who: Who): ExampleWorld;
}

/** `mutation ($input: …) { name(input: $input) { id } }`, or `mutation { name { id } }` where it takes none. */
function documentOf({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const answer = getNamedType(type);
  const selection = isCompositeType(answer) ? `{ ${"getFields" in answer && "id" in answer.getFields() ? "id" : "__typename"} }` : "";
  if (args.length === 0) return `mutation { ${name} ${selection} }`;
  return `mutation ($input: ${String(args.find((arg) => arg.name === "input")?.type)}) { ${name}(input: $input) ${selection} }`;
}
const documents = new Map(mutations.map((field) => [field.name, documentOf(field)]));

export async function openHouse(): Promise<ExampleHouse> {
  const company = await createCompany();
  await addService(company);
  const { deps, clock } = company.world;
  const server = await startServer({ deps });
  const tokens = new Map<Who, string>();
  const tokenOf = (who: Who): string => tokens.get(who)!;
  for (const who of ["preparer", "second", "caller", "nobody"] as const) {
    // An auditor reads, and may not change anything.
    const roles = who === "nobody" ? ["auditor"] : ROLES.filter((role) => role !== "service");
    tokens.set(who, (await createToken(deps, { actor: "test", principal: who, roles })).token);
  }
  const call: ExampleHouse["call"] = (who, mutation, input) => server.graphql(documents.get(mutation) as string, { input }, tokenOf(who));
  const post = async (query: string, variables: unknown, accept: string) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${tokenOf("caller")}`, accept };
    return (await fetch(`${server.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query, variables }) })).text();
  };
  const close = async (): Promise<void> => void (await Promise.all([server.close(), company.close()]));
  return { deps, clock, url: server.url, tokenOf, call, post, as: worldOf(company, server, tokenOf, call), close };
}

function worldOf({ world: { clock, deps }, settle }: Company, server: TestServer, tokenOf: (who: Who) => string, call: ExampleHouse["call"]) {
  let made = 0;
  const publishAuditLog = async (): Promise<void> => {
    await sequenceEntries(deps);
    await publishCheckpoint(deps);
  };
  const as = (who: Who): ExampleWorld => ({
    clock,
    settle,
    publishAuditLog,
    breakAuditLog: async () => {
      await publishAuditLog();
      await rm(new HighWater(deps.config.keysFile).file);
    },
    as,
    fresh: (what) => `${what}-${(made += 1)}`,
    now: () => clock.now().toISOString(),
    mutate: async (mutation, input) => {
      const { data, errors } = await call(who, mutation, input);
      if (errors) throw new Error(`${mutation} was refused: ${JSON.stringify(errors)}`);
      return data?.[mutation] as { id: string };
    },
    ask: async <Data>(query: string, variables: Input) => (await server.graphql<Data>(query, variables, tokenOf(who))).data,
  });
  return as;
}

/** A service that has everybody, and knows people whose address begins with `alias-of` by another one, too. */
async function addService(company: Company): Promise<void> {
  const alias = ({ identifiers }: OrderContext) => {
    const doubted = identifiers("email").email?.filter((email) => email.startsWith("alias-of")) ?? [];
    return discovered(1, doubted.map((email) => ({ identity_type: "email", identity_value: `doubted-${email}` })));
  };
  const gone = new Set<string>();
  const verify = ({ identifiers }: OrderContext) => (identifiers("email").email?.some((email) => !gone.has(email)) ? found(1) : notFound());
  const erase = ({ identifiers }: OrderContext) => {
    for (const email of identifiers("email").email ?? []) gone.add(email);
    return erased(1);
  };
  const people = { identifierTypes: ["email"], rows: [], handlers: { discover: alias, verify, erase } };
  await company.service("crm", ["discover", "erase", "verify"], { people });
}
