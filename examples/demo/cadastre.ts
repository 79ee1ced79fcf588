import type { Children, Ended } from "./children";

interface Place {
  /** The program `cadastre`. */
  readonly program: string;
  readonly port: number;
  readonly dataDir: string;
  readonly bootstrapToken: string;
}

/** Cadastre itself, as anybody would run and use it: a server process, its command line, its GraphQL. */
export class Cadastre {
  private constructor(
    readonly url: string,
    private readonly children: Children,
    private readonly place: Place,
  ) {}

  /** Cooling-off and the wait before verification are short, so that one can watch; services on this machine may be called. */
  static async start(children: Children, place: Place): Promise<Cadastre> {
    const url = `http://127.0.0.1:${place.port}`;
    const env = {
      PORT: String(place.port),
      CADASTRE_DATA_DIR: place.dataDir,
      CADASTRE_BOOTSTRAP_TOKEN: place.bootstrapToken,
      CADASTRE_COOLING_OFF: "PT0S",
      CADASTRE_VERIFY_AFTER: "PT5S",
      CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8",
    };
    await children.serve("cadastre", { args: [place.program, "serve"], env }, async () => (await statusOf(`${url}/readyz`)) === 200);
    return new Cadastre(url, children, place);
  }

  /** Makes the catalog declare what the text says, under the name that `npx cadastre apply -f examples/shop/cadastre.yaml` gives it. */
  async apply(descriptor: string): Promise<void> {
    await this.command(["apply", "-f", "-", "--source", "examples/shop/cadastre.yaml"], descriptor);
  }

  async createToken(principal: string, role: string, service?: string): Promise<string> {
    const speaksFor = service ? ["--service", service] : [];
    const { out } = await this.command(["token", "create", "--principal", principal, "--role", role, ...speaksFor]);
    return out.trim();
  }

  /** Checks the file offline with the keys that this server publishes; answers what the command printed. */
  async verify(certificateFile: string): Promise<string[]> {
    const { keys } = (await (await fetch(`${this.url}/orders/keys`)).json()) as { keys: { key: string; use?: string }[] };
    const certificateKeys = keys.filter(({ use }) => use === "certificate").map(({ key }) => key);
    const logKeys = (await (await fetch(`${this.url}/audit/vkey`)).text()).trim().split("\n");
    const trusted = [...certificateKeys, ...logKeys].flatMap((key) => ["--key", key]);
    const { out } = await this.command(["verify", certificateFile, ...trusted]);
    return out.trim().split("\n");
  }

  /** How many accesses to personal data the services have reported so far. */
  async countAccesses(): Promise<number> {
    const query = '{ auditEntries(filter: { action: "access.data" }, first: 100) { edges { node { id } } } }';
    return (await this.ask<{ auditEntries: { edges: unknown[] } }>(this.place.bootstrapToken, query, {})).auditEntries.edges.length;
  }

  /** Runs one operation as the token's holder. */
  async ask<Data>(token: string, query: string, variables: object): Promise<Data> {
    const response = await this.post(token, "application/json", { query, variables });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] };
    if (!data || errors) throw new Error(`Cadastre refused: ${errors?.[0]?.message ?? `HTTP ${response.status}`}`);
    return data;
  }

  /** Subscribes, and yields what comes until Cadastre ends it. */
  async *watch<Data>(token: string, query: string, variables: object, signal: AbortSignal): AsyncGenerator<Data> {
    const response = await this.post(token, "text/event-stream", { query, variables }, signal);
    if (!response.ok || !response.body) throw new Error(`Cadastre refused the subscription: HTTP ${response.status}`);
    let received = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (received + chunk).split("\n\n");
      received = events.pop() ?? "";
      for (const event of events) {
        const line = event.split("\n").find((each) => each.startsWith("data: "));
        if (line === undefined) continue;
        const { data, errors } = JSON.parse(line.slice("data: ".length)) as { data?: Data; errors?: { message: string }[] };
        if (!data) throw new Error(`Cadastre ended the subscription: ${errors?.[0]?.message}`);
        yield data;
      }
    }
  }

  private async command(args: readonly string[], input?: string): Promise<Ended> {
    const env = { CADASTRE_URL: this.url, CADASTRE_TOKEN: this.place.bootstrapToken };
    const ended = await this.children.run({ args: [this.place.program, ...args], env }, input);
    if (ended.code !== 0) throw new Error(`cadastre ${args[0]} ended with ${ended.code}: ${ended.err.trim() || ended.out.trim()}`);
    return ended;
  }

  private post(token: string, accept: string, body: object, signal?: AbortSignal): Promise<Response> {
    const headers = { "content-type": "application/json", accept, authorization: `Bearer ${token}` };
    return fetch(`${this.url}/graphql`, { method: "POST", headers, body: JSON.stringify(body), signal });
  }
}

/** The status of the answer, if there is one. */
export async function statusOf(url: string): Promise<number | undefined> {
  return fetch(url).then(
    async (response) => {
      await response.body?.cancel();
      return response.status;
    },
    () => undefined,
  );
}
