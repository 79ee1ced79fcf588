import { Pool } from "undici";

export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Calls in flight at any time, each on a connection of its own that is kept alive. */
const CONCURRENCY = 16;

/** Requests per second that a server answers, all with the same number of bytes. Throws if one is answered otherwise. */
export async function requestsPerSecond({ url, headers, body }: Target, seconds: number): Promise<number> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONCURRENCY });
  const ask = async (): Promise<number> => {
    const response = await pool.request({ path: pathname, method: "POST", headers, body });
    const { byteLength } = await response.body.arrayBuffer();
    if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode} under load`);
    return byteLength;
  };
  try {
    const expected = await ask();
    const start = performance.now();
    const end = start + seconds * 1000;
    let answered = 0;
    const work = async (): Promise<void> => {
      while (performance.now() < end) {
        if ((await ask()) !== expected) throw new Error(`${url} answered something else under load`);
        answered += 1;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return answered / ((performance.now() - start) / 1000);
  } finally {
    await pool.close();
  }
}
