import type { Logger } from "pino";
import { createToken, type Role } from "../../../src/access";
import type { OrderKind } from "../../../src/protocol";
import { type GraphqlAnswer, startServer, type TestServer } from "../../support/server";
import { type Company, createCompany, type Person } from "./company";

/** People by what they may do, and a service. `oscar` is Olga's other token: the same principal, who may approve. */
const TOKENS = {
  olga: { principal: "olga", roles: ["privacy-officer"] },
  oscar: { principal: "olga", roles: ["approver"] },
  anna: { principal: "anna", roles: ["approver"] },
  aron: { principal: "aron", roles: ["auditor"] },
  rita: { principal: "rita", roles: ["reader"] },
  edda: { principal: "edda", roles: ["editor"] },
  orders: { principal: "orders", roles: ["service"], service: "orders" },
} as const satisfies Record<string, { principal: string; roles: readonly Role[]; service?: string }>;
export type Who = keyof typeof TOKENS;

export interface ErasureApi {
  readonly company: Company;
  readonly server: TestServer;
  tokenOf(who: Who): string;
  ask<Data>(who: Who, query: string, variables?: Record<string, unknown>): Promise<GraphqlAnswer<Data>>;
  /** The codes of a refusal. */
  codes(who: Who, query: string, variables?: Record<string, unknown>): Promise<string[]>;
  /** Olga submits the verified request of the person with this address; answers its id. */
  submit(email: string, more?: Record<string, unknown>): Promise<string>;
  approve(id: string): Promise<void>;
  /** From submission to the certificate. */
  erase(email: string): Promise<string>;
  close(): Promise<void>;
}

export const SUBMIT = "mutation ($input: SubmitErasureRequestInput!) { submitErasureRequest(input: $input) { id state } }";
export const APPROVE = "mutation ($input: ConfirmInput!) { approveErasureRequest(input: $input) { id state } }";

/** A company with Cadastre's doors open; nothing moves but when it is settled. */
export async function openErasureApi(config: Record<string, string> = {}, log?: Logger): Promise<ErasureApi> {
  const company = await createCompany(config, log);
  const { deps, clock } = company.world;
  const server = await startServer({ deps });
  const secrets = new Map<string, string>();
  for (const [who, token] of Object.entries(TOKENS)) secrets.set(who, (await createToken(deps, { actor: "test", ...token })).token);
  const tokenOf = (who: Who): string => secrets.get(who) as string;

  const ask: ErasureApi["ask"] = (who, query, variables) => server.graphql(query, variables, tokenOf(who));
  const done = async <Data>(who: Who, query: string, input: Record<string, unknown>): Promise<Data> => {
    const { data, errors } = await ask<Data>(who, query, { input });
    if (errors) throw new Error(`refused: ${JSON.stringify(errors)}`);
    return data;
  };
  const submit: ErasureApi["submit"] = async (email, more) => {
    const input = { identifiers: [{ type: "email", value: email }], identityVerifiedAt: clock.now().toISOString(), ...more };
    return (await done<{ submitErasureRequest: { id: string } }>("olga", SUBMIT, input)).submitErasureRequest.id;
  };
  const approve = async (id: string): Promise<void> => void (await done("anna", APPROVE, { id }));
  return {
    company,
    server,
    tokenOf,
    ask,
    submit,
    approve,
    codes: async (who, query, variables) => ((await ask(who, query, variables)).errors ?? []).map(({ extensions }) => extensions.code),
    erase: async (email) => {
      const id = await submit(email);
      await company.settle();
      await approve(id);
      await company.settle();
      clock.advance("PT5M");
      await company.settle();
      return id;
    },
    close: () => Promise.all([server.close(), company.close()]).then(),
  };
}

const ALL: OrderKind[] = ["discover", "erase", "verify", "plant", "recall"];

/** Three honest services: who knows the customers, their orders, and the newsletter's readers. */
export async function openShop({ company }: ErasureApi, records: { people: Person[]; orders: Person[]; newsletter: Person[] }): Promise<void> {
  await company.service("identity", ALL, { people: { identifierTypes: ["email", "customer_id"], rows: records.people } });
  await company.entity("customer", "identity", ["customer_id"]);
  await company.service("orders", ALL, { orders: { entities: ["customer"], identifierTypes: ["customer_id"], rows: records.orders } });
  await company.service("marketing", ALL, { newsletter: { entities: ["customer"], identifierTypes: ["email"], rows: records.newsletter } });
}
