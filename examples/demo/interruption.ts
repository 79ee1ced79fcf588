/** The demo was told to end before it was through. */
export class Interrupted extends Error {}

/** Settles when somebody presses Ctrl-C, closes the terminal or ends the process; a second time ends it at once. */
export const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
