import { link, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * The high-water mark of the log: the last note that was signed, in a file beside the keys and so outside the database (mode 0600). Whoever replaces it
 * holds the lock of `audit_tree`. A process that was paused until its lock had passed to another cannot bring an older note back: its claim, a
 * file of its own that it would have renamed, is gone (`revokeClaims`).
 */
export class HighWater {
  readonly file: string;

  constructor(keysFile: string) {
    this.file = `${keysFile}.checkpoint`;
  }

  /** The note; undefined where there is no file. */
  async read(): Promise<string | undefined> {
    return readFile(this.file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
  }

  /** Takes from all others what they might still put in the file's place. To be called first, with the lock held. */
  async revokeClaims(): Promise<void> {
    const names = await readdir(dirname(this.file));
    const claims = names.filter((name) => name.startsWith(`${basename(this.file)}.`) && name.endsWith(CLAIM));
    await Promise.all(claims.map((name) => rm(join(dirname(this.file), name), { force: true })));
  }

  /**
   * Writes a note durably to a file of its own, under a name that nothing else has. Between this and `replace` the database has to be heard of once
   * more in the transaction that holds the lock: that shows that the claim was there before anybody else could revoke it.
   */
  async claim(note: string, name: string): Promise<string> {
    const claim = `${this.file}.${name}${CLAIM}`;
    const handle = await open(claim, "wx", 0o600);
    try {
      await handle.writeFile(note);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return claim;
  }

  /** Puts a claim in the file's place, durably. Fails where the claim was revoked. */
  async replace(claim: string): Promise<void> {
    await rename(claim, this.file);
    await this.syncDirectory();
  }

  /** Keeps the present note, if there is one, under a name with this time; answers the name. */
  async setAside(at: Date): Promise<string | undefined> {
    const stem = `${this.file}.${at.toISOString().replaceAll(":", "")}`;
    for (let copy = 0; ; copy += 1) {
      const name = copy === 0 ? stem : `${stem}.${copy}`;
      try {
        await link(this.file, name);
        await this.syncDirectory();
        return name;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "ENOENT") return undefined;
        if (code !== "EEXIST") throw error;
      }
    }
  }

  /** A name must survive a power cut, too. */
  private async syncDirectory(): Promise<void> {
    const handle = await open(dirname(this.file), "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

const CLAIM = ".tmp";
