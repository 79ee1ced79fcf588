import { serve } from "./app/serve";
import { readConfig } from "./platform/config";

/** Serves what the environment says; where that cannot begin, the process ends with the reason. */
async function main(): Promise<void> {
  try {
    await serve(readConfig(process.env));
  } catch (error) {
    process.stderr.write(`cadastre: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

void main();
