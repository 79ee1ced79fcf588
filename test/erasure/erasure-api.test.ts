import { erased, found, notFound } from "../../src/participant";
import { parseTrustedKey, verifyCertificate } from "../../src/protocol";
import { APPROVE, type ErasureApi, openErasureApi, openShop } from "./support/erasure-api";
import type { Person } from "./support/company";

const REQUEST = `query ($id: ID!) { erasureRequest(id: $id) {
  state result certificateId plan { datasets { dataset path reason task { service state } } } gaps { dataset reason }
  tasks { edges { node { id service state grade attempts lastError parts { outcome count rule until } verifications { method answer } } } }
} }`;
const CERTIFICATE = "query ($id: ID!) { erasureCertificate(request: $id) }";
const STATUS = "query ($id: ID!) { certificateStatus(certificate: $id) { id status supersededBy } }";
const NOTICE = "mutation ($input: SubjectNoticeInput!) { recordSubjectNotice(input: $input) { state result } }";

interface Task {
  id: string;
  service: string;
  state: string;
  grade: string;
  parts: { outcome: string }[];
}
interface Request {
  state: string;
  result: string | null;
  certificateId: string | null;
  plan: { datasets: { dataset: string; path: string[]; reason: string; task: { service: string; state: string } | null }[] } | null;
  gaps: { dataset: string; reason: string }[];
  tasks: { edges: { node: Task }[] };
}

let api: ErasureApi;
const at = (name: string) => `dataset:postgres%3A%2F%2Fshop%3A5432:${name}`;
const look = async (id: string): Promise<Request> => (await api.ask<{ erasureRequest: Request }>("olga", REQUEST, { id })).data.erasureRequest;
const notice = (id: string, kind: string) => ({ input: { id, kind, sentAt: api.company.world.clock.now().toISOString(), channel: "letter" } });
const certificateOf = async (id: string): Promise<Buffer> =>
  Buffer.from((await api.ask<{ erasureCertificate: string }>("aron", CERTIFICATE, { id })).data.erasureCertificate);

describe("an erasure from the letter to the certificate", () => {
  const people: Person[] = [{ email: "ada@example.org", customer_id: "c-1" }, { email: "eve@example.org", customer_id: "c-2" }];
  let id: string;
  beforeAll(async () => {
    api = await openErasureApi();
    await openShop(api, { people, orders: [{ customer_id: "c-1" }], newsletter: [] });
    id = await api.submit(" Ada@Example.org ");
  });
  afterAll(() => api?.close());

  it("has no plan before it is planned", async () => {
    expect(await look(id)).toMatchObject({ state: "RECEIVED", result: null, plan: null, gaps: [], certificateId: null });
  });

  it("has a plan that says how each dataset was reached, also by what the services know of the person", async () => {
    await api.company.settle();
    const { state, plan, gaps } = await look(id);
    expect([state, gaps]).toEqual(["AWAITING_APPROVAL", []]);
    expect(plan?.datasets.sort((one, other) => (one.dataset < other.dataset ? -1 : 1))).toEqual(
      [["newsletter", "marketing"], ["orders", "orders"], ["people", "identity"]].map(([name, service]) => ({
        dataset: at(name!), path: [at(name!)], reason: "DECLARES_IDENTIFIER", task: { service: `service:${service}`, state: "WAITING" },
      })),
    );
  });

  it("is approved by another person than the one who submitted it, whatever token is used", async () => {
    expect(await api.codes("oscar", APPROVE, { input: { id } })).toEqual(["FORBIDDEN"]);
    expect(await api.codes("olga", APPROVE, { input: { id } })).toEqual(["FORBIDDEN"]);
    expect((await api.ask("anna", APPROVE, { input: { id } })).data).toEqual({ approveErasureRequest: { id, state: "COOLING_OFF" } });
    expect(await api.codes("anna", APPROVE, { input: { id } })).toEqual(["CONFLICT"]);
  });

  it("runs, and is verified after the wait", async () => {
    await api.company.settle();
    expect(await look(id)).toMatchObject({ state: "VERIFYING", result: null });
    expect(await api.ask("olga", CERTIFICATE, { id })).toEqual({ data: { erasureCertificate: null } });
    api.company.world.clock.advance("PT5M");
    await api.company.settle();
    const { state, result, tasks } = await look(id);
    expect([state, result]).toEqual(["VERIFYING", "COMPLETE"]);
    const done = tasks.edges.map(({ node }) => [node.service, node.state, node.grade, node.parts[0]?.outcome]).sort();
    expect(done).toEqual([
      ["service:identity", "VERIFIED", "G3", "ERASED"],
      ["service:marketing", "VERIFIED", "G3", "NOT_FOUND"],
      ["service:orders", "VERIFIED", "G3", "ERASED"],
    ]);
    expect(people).toEqual([{ email: "eve@example.org", customer_id: "c-2" }]);
  });

  it("has a certificate that verifies with the published keys alone", async () => {
    const { keys } = (await (await fetch(`${api.server.url}/orders/keys`)).json()) as { keys: { key: string; use?: string }[] };
    const trusted = keys.filter(({ use }) => use === "certificate").map(({ key }) => parseTrustedKey(key));
    const { payload } = verifyCertificate(await certificateOf(id), trusted) as { payload: { id: string; request: string; result: string } };
    expect(payload).toMatchObject({ request: id, result: "COMPLETE" });
    const status = (await api.ask("aron", STATUS, { id: payload.id })).data;
    expect(status).toEqual({ certificateStatus: { id: payload.id, status: "VALID", supersededBy: null } });
  });

  it("is closed when the person has been told, and not by another notice", async () => {
    const tell = async (kind: string) => (await api.ask("olga", NOTICE, notice(id, kind))).data;
    expect(await tell("ACKNOWLEDGEMENT")).toEqual({ recordSubjectNotice: { state: "VERIFYING", result: "COMPLETE" } });
    expect(await tell("COMPLETION")).toEqual({ recordSubjectNotice: { state: "CLOSED", result: "COMPLETE" } });
  });
});

describe("a plan that does not reach everything", () => {
  afterEach(() => api?.close());

  it("names its gaps and how it came to them, and cannot be closed as complete", async () => {
    api = await openErasureApi();
    await openShop(api, { people: [{ email: "ada@example.org", customer_id: "c-1" }], orders: [], newsletter: [] });
    const REGISTER = "mutation ($input: RegisterDatasetInput!) { registerDataset(input: $input) { id } }";
    const copies = { namespace: "s3://lake", name: "copies", entities: ["entity:customer"], identifierTypes: ["cookie"] };
    for (const input of [copies, { ...copies, name: "exports", service: "service:orders" }]) {
      expect(await api.codes("edda", REGISTER, { input })).toEqual([]);
    }
    const id = await api.erase("ada@example.org");

    const { result, gaps, plan } = await look(id);
    expect(result).toBe("INCOMPLETE");
    const [lost, mute] = ["dataset:s3%3A%2F%2Flake:copies", "dataset:s3%3A%2F%2Flake:exports"];
    expect(gaps).toEqual([{ dataset: lost, reason: "NO_SERVICE" }, { dataset: mute, reason: "NO_IDENTIFIER" }]);
    const reached = plan?.datasets.find(({ dataset }) => dataset === mute);
    expect(reached).toEqual({ dataset: mute, path: [at("orders"), "entity:customer", mute], reason: "NO_IDENTIFIER", task: null });
    expect(await api.codes("olga", NOTICE, notice(id, "COMPLETION"))).toEqual(["PRECONDITION_FAILED"]);
  });
});

describe("a finding that changes", () => {
  afterEach(() => api?.close());

  it("is certified anew, and the former certificate says by which", async () => {
    api = await openErasureApi();
    const rows = [{ email: "ada@example.org" }];
    let lazy = true;
    const erase = () => erased(lazy ? 1 : rows.splice(0).length);
    const verify = () => (rows.length > 0 ? found(rows.length) : notFound());
    await api.company.service("crm", ["erase", "verify"], { crm: { identifierTypes: ["email"], rows, handlers: { erase, verify } } });
    const id = await api.erase("ada@example.org");
    const first = await look(id);
    expect(first).toMatchObject({ result: "INCOMPLETE", gaps: [] });

    lazy = false;
    const RETRY = "mutation ($input: ConfirmInput!) { retryErasureTask(input: $input) { id } }";
    expect(await api.codes("olga", RETRY, { input: { id: first.tasks.edges[0]?.node.id } })).toEqual([]);
    await api.company.settle();
    api.company.world.clock.advance("PT5M");
    await api.company.settle();

    const second = await look(id);
    expect(second).toMatchObject({ result: "COMPLETE" });
    expect((await api.ask("aron", STATUS, { id: first.certificateId })).data).toEqual({
      certificateStatus: { id: first.certificateId, status: "SUPERSEDED", supersededBy: second.certificateId },
    });
    expect(JSON.parse((await certificateOf(id)).toString())).toMatchObject({ payload: { id: second.certificateId, supersedes: first.certificateId } });
  });
});
