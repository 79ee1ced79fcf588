import { EXIT, Failure, usageError } from "./command";

/** A path of the server at CADASTRE_URL, and the header that carries CADASTRE_TOKEN. */
export function doorOf(path: string): { readonly url: URL; readonly credentials: Readonly<Record<string, string>> } {
  const base = process.env.CADASTRE_URL || "http://127.0.0.1:4000";
  if (!/^https?:\/\//.test(base) || !URL.canParse(base)) throw usageError("CADASTRE_URL: expected a URL such as http://127.0.0.1:4000");
  const token = process.env.CADASTRE_TOKEN;
  return { url: new URL(`${base.replace(/\/+$/, "")}${path}`), credentials: token ? { authorization: `Bearer ${token}` } : {} };
}

/** What to end with where the server does not answer, or stops in the middle. */
export function unreachable({ origin }: URL, error: unknown): Failure {
  const { message, cause } = error as Error;
  const reason = (cause as { code?: string } | undefined)?.code ?? message;
  return new Failure(EXIT.unreachable, `no answer from ${origin} (${reason}): is the server running, and CADASTRE_URL right?`);
}

export const isGatewayError = (status: number): boolean => status >= 502 && status <= 504;

/** Begins to read what the server has at a path, however long it is. Fails with 1 if it refuses, with 69 if there is none or it breaks off. */
export async function getStream(path: string): Promise<AsyncIterable<Uint8Array>> {
  const { url, credentials } = doorOf(path);
  const response = await fetch(url, { headers: credentials }).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  if (isGatewayError(response.status)) throw unreachable(url, new Error(`HTTP ${response.status}`));
  if (!response.ok) throw new Failure(EXIT.refused, sayingOf(await response.text().catch(() => ""), response.status));
  return unbroken(url, response);
}

/** The lines of a stream of text, without their line ends. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() as string;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

async function* unbroken(url: URL, { body }: Response): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body ?? []) yield chunk as Uint8Array;
  } catch (error) {
    throw unreachable(url, error);
  }
}

function sayingOf(body: string, status: number): string {
  try {
    const { code, message } = JSON.parse(body) as { readonly code?: string; readonly message?: string };
    if (code !== undefined) return [code, message].filter(Boolean).join(": ");
  } catch {
    // Not one of our answers.
  }
  return `the server answered HTTP ${status}: is CADASTRE_URL a Cadastre?`;
}
