import { join, relative, resolve } from "node:path";
import { Interrupted, untilSignal } from "./interruption";
import { onStage, type StartPostgres } from "./stage";
import { Story } from "./story";

export interface DemoOptions {
  /** The project's folder. */
  readonly root: string;
  /** End after the certificate. */
  readonly once: boolean;
  readonly startPostgres: StartPostgres;
}

/** Runs the demo and ends the process: with 0 if what the certificate says is true, with 130 if interrupted before that, else with 1. */
export async function main({ root, once, startPostgres }: DemoOptions): Promise<void> {
  const dataDir = resolve(root, process.env.CADASTRE_DATA_DIR || ".data", "demo");
  const interrupted = untilSignal();
  try {
    await onStage(dataDir, startPostgres, async (stage) => {
      const story = new Story(root, stage);
      await Promise.race([story.tell(), interrupted.then(() => Promise.reject(new Interrupted()))]);
      if (once) return;
      await story.invite();
      await interrupted;
    });
    process.exit(0);
  } catch (error) {
    if (error instanceof Interrupted) process.exit(130);
    console.error(`\ndemo: ${(error as Error).message}\n(The servers' logs are in ${relative(process.cwd(), join(dataDir, "logs"))}.)`);
    process.exit(1);
  }
}
