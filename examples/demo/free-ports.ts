import { createServer } from "node:net";

/** For each wanted port the same, or the next one above that nobody else has. */
export async function findFreePorts(wanted: readonly number[]): Promise<number[]> {
  const found: number[] = [];
  for (const port of wanted) {
    let candidate = port;
    while (found.includes(candidate) || !(await isFree(candidate))) candidate += 1;
    found.push(candidate);
  }
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
