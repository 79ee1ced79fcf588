import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileClock, systemClock } from "../../src/platform/clock";
import { waitFor } from "../support/wait-for";

describe("the clock file", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cadastre-clock-"));
    file = join(folder, "clock");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const show = (clock: FileClock): string => clock.now().toISOString();

  test("stands still", async () => {
    writeFileSync(file, "2026-03-01T00:00:00Z\n");
    const clock = new FileClock(file);
    const began = performance.now();
    await waitFor(() => {
      expect(show(clock)).toBe("2026-03-01T00:00:00.000Z");
      return performance.now() - began > 400;
    });
  });

  test("is followed within a second after it was replaced by rename, forwards and backwards", async () => {
    writeFileSync(file, "2026-03-01T00:00:00Z");
    const clock = new FileClock(file);
    for (const instant of ["2026-04-01T02:00:00+02:00", "2025-01-01T00:00:00Z"]) {
      writeFileSync(`${file}.new`, instant);
      renameSync(`${file}.new`, file);
      await waitFor(() => clock.now().getTime() === Date.parse(instant), { deadlineMs: 1000 });
    }
  });

  test("keeps its last instant while it is torn or gone", async () => {
    writeFileSync(file, "2026-03-01T00:00:00Z");
    const clock = new FileClock(file);
    const began = performance.now();
    writeFileSync(file, "2026-04-01");
    await waitFor(() => {
      expect(show(clock)).toBe("2026-03-01T00:00:00.000Z");
      if (performance.now() - began > 300) rmSync(file, { force: true });
      return performance.now() - began > 600;
    });
  });

  test("cannot be moved by who was given its time", () => {
    writeFileSync(file, "2026-03-01T00:00:00Z");
    const clock = new FileClock(file);
    clock.now().setFullYear(1999);
    expect(show(clock)).toBe("2026-03-01T00:00:00.000Z");
  });

  test.each(["", "soon", "1771000000", "2026-03-01", "2026-03-01T00:00:00"])("is refused at start where it holds no RFC 3339 instant: %j", (text) => {
    writeFileSync(file, text);
    expect(() => new FileClock(file)).toThrow(/CADASTRE_CLOCK_FILE .* does not hold an RFC 3339 instant/);
  });

  test("is refused at start where there is none", () => {
    expect(() => new FileClock(file)).toThrow(/ENOENT/);
  });
});

test("the system's clock is that of the system", () => {
  const before = Date.now();
  const now = systemClock.now().getTime();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
