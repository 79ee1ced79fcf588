import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { request } from "undici";

/** Megabytes that this process holds in use: objects, and buffers beside them. What is garbage is collected first. */
export function heldMegabytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

/** Megabytes resident of a server's process, as it says itself. */
export async function residentMegabytes(graphqlUrl: string, token: string): Promise<number> {
  const text = await (await request(new URL("/metrics", graphqlUrl), { headers: { authorization: `Bearer ${token}` } })).body.text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 1e6;
}
