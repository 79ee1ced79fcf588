import { parseArgs } from "node:util";
import { type Command, EXIT, Failure, print, usageError } from "./command";
import { askServer } from "./graphql-client";

/** The server ends an examination after four minutes. */
const TIMEOUT_MS = 290_000;
const MOST_SERVICES = 100;

const SERVICES = "query ($endpointUrl: String!, $first: Int!) { services(endpointUrl: $endpointUrl, first: $first) { edges { node { id } } } }";
const CHECK = "mutation ($input: CheckEndpointInput!) { checkEndpoint(input: $input) { passed checks { name passed message } } }";

interface Services {
  readonly services: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
}
interface Report {
  readonly passed: boolean;
  readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly message: string | null }[];
}

export const conformanceCommand: Command = {
  name: "conformance",
  usage: "URL [--service K]",
  help: `Sends real signed orders about made-up people to a registered endpoint, and says which rules of the protocol it keeps.
Exit code 0: all of them; 1: not all, or it cannot be examined.
  --service K  key of the service, where several are registered with this URL`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: { service: { type: "string" } }, allowPositionals: true });
    const [url, ...others] = positionals;
    if (url === undefined || others.length > 0 || !URL.canParse(url)) throw usageError("the URL of one endpoint is needed, as it is registered");
    const service = await findService(url, values.service);
    const { checkEndpoint: report } = await askServer<{ checkEndpoint: Report }>(CHECK, { input: { service } }, TIMEOUT_MS);
    report.checks.map(lineOf).forEach(print);
    const failed = report.checks.filter(({ passed }) => !passed).length;
    print(failed === 0 ? `${service} passed: ${report.checks.length} checks` : `${service} failed: ${failed} of ${report.checks.length} checks`);
    return report.passed ? EXIT.ok : EXIT.refused;
  },
};

/** Id of the service that is registered with this URL. */
async function findService(endpointUrl: string, key: string | undefined): Promise<string> {
  const { services } = await askServer<Services>(SERVICES, { endpointUrl, first: MOST_SERVICES });
  const found = services.edges.map(({ node }) => node.id);
  const [id, ...others] = key === undefined ? found : found.filter((each) => each === `service:${key}` || each === key);
  if (id !== undefined && others.length === 0) return id;
  if (id !== undefined) throw new Failure(EXIT.refused, `several services are registered with this URL: name one with --service (${found.map(keyOf).join(", ")})`);
  const whom = key === undefined ? "no service is" : `service ${key} is not`;
  throw new Failure(EXIT.refused, `${whom} registered with ${endpointUrl}: write it as endpointUrl into the service's descriptor, beside its publicKey, and run cadastre apply`);
}

const keyOf = (id: string): string => id.slice("service:".length);

function lineOf({ name, passed, message }: Report["checks"][number]): string {
  if (!passed) return `FAIL ${name}: ${message}`;
  return message === null ? `ok   ${name}` : `ok   ${name} (${message})`;
}
