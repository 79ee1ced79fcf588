import { accepted, erased, recalled, ReceiptNotTaken, type ConformanceReport, type DatasetHandlers } from "../../src/participant";
import { examineAt, EXAMINED, failuresOf, Table } from "./examined";
import { type FrontDesk, openFrontDesk } from "./front-desk";
import { CARTS, Office, ORDERS, post } from "./office";

// A service that accepts orders to erase (202) and carries them out later.

const office = new Office();
afterAll(() => office.close());

interface Habits {
  readonly asksPermit?: boolean;
  readonly heedsPermit?: boolean;
  readonly heedsRecall?: boolean;
}

/** Works its jobs off right before the second request after the one that brought them. */
async function examineLater({ asksPermit = true, heedsPermit = true, heedsRecall = true }: Habits, desk?: FrontDesk): Promise<ConformanceReport> {
  const carts = new Table();
  const jobs = new Map<string, { wait: number; run: () => Promise<unknown> }>();
  const later: DatasetHandlers<undefined> = {
    ...carts.handlers(),
    erase: (context) => {
      const { orderId } = context.order;
      const run = async () => {
        if (asksPermit && !(await participant.permit(orderId)).permitted && heedsPermit) return;
        jobs.delete(orderId);
        await participant.complete(orderId, async () => {
          const theirs = carts.of(context);
          if (!context.dryRun) carts.remove(theirs);
          return [{ ...CARTS, reply: erased(theirs.length) }];
        }).catch((error: unknown) => expect(error).toBeInstanceOf(ReceiptNotTaken));
      };
      jobs.set(orderId, { wait: 2, run });
      return accepted();
    },
    recall: ({ order }) => {
      const job = jobs.get(order.recall_of!);
      if (heedsRecall || !job) jobs.delete(order.recall_of!);
      else job.run = async () => jobs.delete(order.recall_of!) && carts.remove(carts.rows.filter(({ email }) => email.startsWith("sentinel-")));
      return recalled();
    },
  };
  const settings = { receipts: { attempts: 1, waitMs: 0 }, cadastreUrl: desk?.url, token: "token" };
  const { participant, url } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...later }], settings);
  return examineAt(office, url, {
    doors: desk,
    post: async (address, { headers, body }) => {
      for (const job of jobs.values()) if ((job.wait -= 1) <= 0) await job.run();
      return post(address, body, headers);
    },
  });
}
const messageOf = ({ checks }: ConformanceReport, name: string) => checks.find((check) => check.name.startsWith(name))?.message;

it("conforms: its receipts are taken, its permits given", async () => {
  const desk = await openFrontDesk(office);
  const report = await examineLater({}, desk);
  expect(failuresOf(report)).toEqual([]);
  expect(report.live).toEqual(EXAMINED);
  expect(desk.asked.length).toBeGreaterThan(5);
  expect([messageOf(report, "recall: an accepted"), messageOf(report, "permit")]).toEqual([null, null]);
});

it("conforms where it is only asked again, and nothing is claimed of permits", async () => {
  const report = await examineLater({ asksPermit: false });
  expect(failuresOf(report)).toEqual([]);
  expect(messageOf(report, "permit")).toContain("not shown");
});

it("conforms where it asks for no permit, and nothing is claimed of permits", async () => {
  const report = await examineLater({ asksPermit: false }, await openFrontDesk(office));
  expect(failuresOf(report)).toEqual([]);
  expect(messageOf(report, "permit")).toContain("not shown of postgres://shop:5432 shop.public.carts: no permit was asked for");
});

it("is found out when it erases without the permit that it was refused", async () => {
  expect(failuresOf(await examineLater({ heedsPermit: false }, await openFrontDesk(office)))).toEqual([
    expect.stringMatching(/^permit: .* verify: expected FOUND of a sentinel whose erasure was not permitted \(409\): .*carts answered NOT_FOUND$/),
  ]);
});

it("is found out when it erases what it said was recalled", async () => {
  expect(failuresOf(await examineLater({ heedsRecall: false }, await openFrontDesk(office)))).toEqual([
    expect.stringMatching(/^recall: an accepted order .* expected FOUND of a sentinel whose erasure was RECALLED: .*carts answered NOT_FOUND$/),
  ]);
});
