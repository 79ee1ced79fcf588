import { startEmbeddedPostgres } from "../../../src/platform/database/embedded-postgres";

/** A process of its own that uses the database in the given directory until its standard input ends, or until Ctrl-C. Prints one line of JSON. */
async function main([dataDir = ""]: string[]): Promise<void> {
  const lines: string[] = [];
  const embedded = await startEmbeddedPostgres({ dataDir, settings: { fsync: "off" }, log: (line) => lines.push(line) });
  process.stdout.write(`${JSON.stringify({ url: embedded.url, lines })}\n`);
  await new Promise<void>((resolve) => {
    process.stdin.once("end", resolve).resume();
    process.once("SIGINT", () => resolve());
  });
  await embedded.stop();
  process.stdin.destroy();
}

void main(process.argv.slice(2));
