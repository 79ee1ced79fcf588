import { applyCommand } from "./apply";
import { auditBundleCommand } from "./audit-bundle";
import { auditExportCommand } from "./audit-export";
import { auditFsckCommand } from "./audit-fsck";
import { auditMirrorCommand } from "./audit-mirror";
import { auditProofCommand } from "./audit-proof";
import { benchCommand } from "./bench";
import { type Command, complain, EXIT, Failure, print } from "./command";
import { conformanceCommand } from "./conformance";
import { exportCommand } from "./export";
import { rotateKeysCommand } from "./keys-rotate";
import { lineageCommand } from "./lineage";
import { matrixCommand } from "./matrix";
import { migrateCommand } from "./migrate";
import { planCommand } from "./plan";
import { recoverCommand } from "./recover";
import { serveCommand } from "./serve";
import { createTokenCommand } from "./token-create";
import { verifyCommand } from "./verify";

const COMMANDS: readonly Command[] = [
  serveCommand, migrateCommand, benchCommand, verifyCommand, createTokenCommand, planCommand, applyCommand, conformanceCommand, exportCommand, matrixCommand,
  lineageCommand, rotateKeysCommand, auditFsckCommand, auditProofCommand, auditMirrorCommand, auditBundleCommand, auditExportCommand,
  recoverCommand,
];

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "--help" || args[0] === "-h" || args[0] === "help") return show(print, overview(), EXIT.ok);
  const command = COMMANDS.find(({ name }) => name.split(" ").every((word, index) => args[index] === word));
  if (command === undefined) {
    if (args.length > 0) complain("cadastre: there is no such command");
    return show(complain, overview(), EXIT.usage);
  }
  const rest = args.slice(command.name.split(" ").length);
  if (rest.includes("--help") || rest.includes("-h")) return show(print, `${usageOf(command)}\n\n${command.help}`, EXIT.ok);
  try {
    return await command.run(rest);
  } catch (error) {
    return fail(command, error);
  }
}

function fail(command: Command, error: unknown): number {
  const isWrongCall = (error as { code?: unknown }).code?.toString().startsWith("ERR_PARSE_ARGS") ?? false;
  const exitCode = isWrongCall ? EXIT.usage : error instanceof Failure ? error.exitCode : undefined;
  if (exitCode === undefined) throw error;
  complain(`cadastre ${command.name}: ${(error as Error).message}`);
  if (exitCode === EXIT.usage) complain(usageOf(command));
  return exitCode;
}

function show(write: (text: string) => void, text: string, exitCode: number): number {
  write(text);
  return exitCode;
}

const usageOf = ({ name, usage }: Command): string => `usage: cadastre ${name} ${usage}`.trimEnd();

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "usage: cadastre <command> [--help]",
    "",
    ...COMMANDS.map(({ name, help }) => `  ${name.padEnd(width)}  ${help.split("\n")[0]}`),
    "",
    "serve, migrate, bench and keys act on this machine, verify needs nothing but its input; all others speak to CADASTRE_URL",
    "(http://127.0.0.1:4000) with CADASTRE_TOKEN.",
    "Exit codes: 0 ok, 1 refused or invalid, 2 changes pending, 3 signer not trusted, 64 wrong usage, 69 server unreachable.",
  ].join("\n");
}

// Whoever reads our output may stop early, as `head` does.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => process.exit(code === "EPIPE" ? EXIT.ok : EXIT.refused));

main(process.argv.slice(2)).then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = EXIT.refused;
  },
);
