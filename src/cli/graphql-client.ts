import { EXIT, Failure } from "./command";
import { doorOf, isGatewayError, unreachable } from "./http-client";

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
  const { url, credentials } = doorOf("/graphql");
  const headers = { "content-type": "application/json", accept: "application/json", ...credentials };
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(timeoutMs) });
    if (isGatewayError(response.status)) throw new Error(`HTTP ${response.status}`);
    return { status: response.status, answer: parse<Body>(await response.text()) };
  } catch (error) {
    throw unreachable(url, error);
  }
}

function parse<Body>(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}
