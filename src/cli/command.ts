/** One command of `npx cadastre`. Results go to standard output, all else to standard error. */
export interface Command {
  /** One word, or two: `token create`. */
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  /** The first line says what it does, in a sentence. */
  readonly help: string;
  /** Resolves to the exit code. */
  run(args: string[]): Promise<number>;
}

/** DESIGN.md, "Operating contract". */
export const EXIT = { ok: 0, refused: 1, changesPending: 2, untrustedSigner: 3, usage: 64, unreachable: 69 } as const;

/** Ends the command with a message and an exit code. */
export class Failure extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** Shows how to call the command, too. */
export const usageError = (message: string): Failure => new Failure(EXIT.usage, message);

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
export const complain = (line: string): void => void process.stderr.write(`${line}\n`);
