import type { Command } from "./command";

export const benchCommand: Command = {
  name: "bench",
  usage: "[NAME…] [--json]",
  help: `Runs the benchmarks, or those named, each beside its yardstick in the same run, and prints the ratios.`,
  run(args) {
    const { main } = require("../../bench/main") as { main(args: readonly string[]): Promise<number> };
    return main(args);
  },
};
