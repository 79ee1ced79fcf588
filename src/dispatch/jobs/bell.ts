/** Lets a loop wait until somebody rings, or for a while at most. A ring while nobody waits is heard by the next who does. */
export class Bell {
  private rung = false;
  private listener: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.listener?.();
  }

  async wait(atMostMs: number): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.listener = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.rung = false;
    this.listener = undefined;
  }
}
