import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import { parseCheckpoint } from "../src/protocol/tlog/checkpoint";
import { parseNote } from "../src/protocol/tlog/signed-note";

const LOOK_EVERY_MS = 20;

/** Looks at a log's published checkpoint again and again, as anybody can, and keeps when which size was first seen. */
export class PublishedSizes {
  private readonly seen: { readonly size: number; readonly at: number }[] = [];
  private readonly pool: Pool;
  private readonly looking: Promise<void>;
  private isOver = false;

  constructor(origin: string) {
    this.pool = new Pool(origin, { connections: 1 });
    this.looking = this.look();
  }

  /** When (`performance.now()`) a checkpoint was first seen that covers the leaf; undefined if none was. */
  firstCover(leaf: number): number | undefined {
    let [low, high] = [0, this.seen.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.seen[middle] as { size: number }).size > leaf) high = middle;
      else low = middle + 1;
    }
    return this.seen[low]?.at;
  }

  /** Waits until a checkpoint of this size, or a larger one, was seen; answers when. */
  async reached(size: number): Promise<number> {
    for (;;) {
      const at = this.firstCover(size - 1);
      if (at !== undefined) return at;
      await Promise.race([pause(LOOK_EVERY_MS), this.looking.then(() => Promise.reject(new Error("nobody looks any more")))]);
    }
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.looking;
    await this.pool.close();
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      const { statusCode, body } = await this.pool.request({ path: "/audit/checkpoint", method: "GET" });
      const text = await body.text();
      const { size } = statusCode === 200 ? parseCheckpoint(parseNote(text).text) : { size: 0 };
      if (size > (this.seen.at(-1)?.size ?? 0)) this.seen.push({ size, at: performance.now() });
      await pause(LOOK_EVERY_MS);
    }
  }
}
