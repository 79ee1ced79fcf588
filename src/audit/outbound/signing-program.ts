import { execFile } from "node:child_process";
import { verify } from "node:crypto";
import { type Checkpoint, formatCheckpoint } from "../../protocol/tlog/checkpoint";
import { ED25519, exactBase64, formatSignatureLine, type Vkey } from "../../protocol/tlog/signed-note";
import { configuredVkey } from "../configured-vkey";

const ANSWER_WITHIN_MS = 10_000;
const MAX_ANSWER_BYTES = 4096;

interface ProgramSettings {
  readonly command: string;
  readonly vkey: string;
  readonly withinMs?: number;
}

interface SigningProgram {
  readonly vkey: Vkey;
  sign(checkpoint: Checkpoint): Promise<string>;
}

/**
 * A program that has a key at hand which we have not (a key management service, a hardware token). It gets the checkpoint's text on standard
 * input, and answers the 64 bytes of an Ed25519 signature in base64 on standard output within 10 s. `command`: its path and arguments, separated by
 * spaces; no shell reads it. Its signature is used only if it is genuine. Throws where the vkey is none of a log's key.
 */
export function openSigningProgram({ command, vkey: text, withinMs = ANSWER_WITHIN_MS }: ProgramSettings): SigningProgram {
  const vkey = configuredVkey("CADASTRE_AUDIT_SIGN_VKEY", text, ED25519);
  const [program = "", ...args] = command.trim().split(/\s+/);
  return {
    vkey,
    sign: async (checkpoint) => {
      if (vkey.name !== checkpoint.origin) throw new Error(`the vkey of the signing program is of ${vkey.name}, the log is ${checkpoint.origin}`);
      const message = formatCheckpoint(checkpoint);
      const signature = exactBase64((await run(program, args, { input: message, withinMs })).trim(), "the signing program did not answer base64");
      if (!verify(null, Buffer.from(message), vkey.publicKey, signature)) throw new Error("the signing program's signature is not of its vkey");
      return formatSignatureLine(vkey.name, vkey.id, signature);
    },
  };
}

/** What a program prints when it is told `input`. Its standard error is not ours to log: it may say anything. */
function run(program: string, args: readonly string[], { input, withinMs }: { readonly input: string; readonly withinMs: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: withinMs, killSignal: "SIGKILL", maxBuffer: MAX_ANSWER_BYTES } as const;
    const child = execFile(program, args, options, (error, answer) => {
      if (error) reject(new Error(`the signing program failed (${error.killed ? "no answer in time" : (error.code ?? error.signal)})`));
      else resolve(answer);
    });
    // It may end without reading; what became of it is told above.
    child.stdin?.on("error", () => undefined).end(input);
  });
}
