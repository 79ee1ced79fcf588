import { EXIT, Failure, usageError } from "./command";

const TIMEOUT_MS = 120_000;

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Runs one operation at CADASTRE_URL with CADASTRE_TOKEN. Fails with 1 if the server refuses, with 69 if there is none. */
export async function askServer<Data>(query: string, variables: object, timeoutMs = TIMEOUT_MS): Promise<Data> {
  const { status, answer } = await post<Answer<Data>>(JSON.stringify({ query, variables }), timeoutMs);
  const [error] = answer?.errors ?? [];
  if (error !== undefined) throw new Failure(EXIT.refused, [error.extensions?.code, error.message].filter(Boolean).join(": "));
  if (!answer?.data) throw new Failure(EXIT.refused, `the server answered HTTP ${status} without data: is CADASTRE_URL a Cadastre?`);
  return answer.data;
}

async function post<Body>(body: string, timeoutMs: number): Promise<{ status: number; answer: Body | undefined }> {
  const url = graphqlUrl();
  const token = process.env.CADASTRE_TOKEN;
  const credentials = token ? { authorization: `Bearer ${token}` } : undefined;
  const headers = { "content-type": "application/json", accept: "application/json", ...credentials };
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
    if (response.status >= 502 && response.status <= 504) throw new Error(`HTTP ${response.status}`);
    return { status: response.status, answer: parse<Body>(await response.text()) };
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = (cause as { code?: string } | undefined)?.code ?? message;
    throw new Failure(EXIT.unreachable, `no answer from ${url.origin} (${reason}): is the server running, and CADASTRE_URL right?`);
  }
}

function graphqlUrl(): URL {
  const base = process.env.CADASTRE_URL || "http://127.0.0.1:4000";
  if (!/^https?:\/\//.test(base) || !URL.canParse(base)) throw usageError("CADASTRE_URL: expected a URL such as http://127.0.0.1:4000");
  return new URL(`${base.replace(/\/+$/, "")}/graphql`);
}

function parse<Body>(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}
