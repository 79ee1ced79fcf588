import { type DataAccess, withAccessAudit } from "../../src/participant";

/** A client that keeps what it is told, or will not take it. */
function keeper({ fails = false } = {}) {
  const recorded: DataAccess[] = [];
  const confirmed: DataAccess[] = [];
  const into = (list: DataAccess[]) => async (access: DataAccess): Promise<void> => {
    if (fails) throw new Error("the log is full");
    list.push(access);
  };
  return { recorded, confirmed, record: into(recorded), confirm: into(confirmed) };
}

const PEOPLE = { actor: "clerk", dataset: "dataset:crm:people", purpose: "support", basis: "contract" };
const read = async (email: string): Promise<{ status: number }> => {
  if (email === "nobody") throw new TypeError("not found");
  return { status: email === "vip" ? 403 : 200 };
};

describe("a handler whose accesses are reported", () => {
  test("answers as before, and each call is an access: allowed where it succeeds, denied where it throws", async () => {
    const client = keeper();
    const audited = withAccessAudit<[string], { status: number }>(client, ({ args: [email] }) => ({ ...PEOPLE, identifier: { type: "email", value: email } }))(read);
    expect(await audited("ada")).toEqual({ status: 200 });
    await expect(audited("nobody")).rejects.toThrow(TypeError);
    expect(client.recorded).toEqual([
      { ...PEOPLE, identifier: { type: "email", value: "ada" }, allowed: true }, { ...PEOPLE, identifier: { type: "email", value: "nobody" }, allowed: false },
    ]);
  });

  test("is denied, no access, or several, as its description says", async () => {
    const client = keeper();
    const audited = withAccessAudit<[string], { status: number }>(client, ({ args: [email], result, error }) => {
      if (error instanceof TypeError) return undefined;
      if (email === "both") return [PEOPLE, { ...PEOPLE, actor: "other" }];
      return { ...PEOPLE, allowed: result?.status !== 403 };
    })(read);
    await audited("vip");
    await audited("nobody").catch(() => undefined);
    await audited("both");
    expect(client.recorded).toEqual([{ ...PEOPLE, allowed: false }, { ...PEOPLE, allowed: true }, { ...PEOPLE, actor: "other", allowed: true }]);
  });

  test("may answer at once, without a promise", async () => {
    const client = keeper();
    expect(await withAccessAudit<[number, number], number>(client, () => PEOPLE)((one, other) => one + other)(1, 2)).toBe(3);
    expect(client.recorded).toHaveLength(1);
  });

  test("is not broken by an audit that cannot be written or described; that is heard of", async () => {
    const heard: unknown[] = [];
    const onError = (error: unknown) => heard.push(error);
    const broken = withAccessAudit<[string], { status: number }>(keeper({ fails: true }), () => PEOPLE, { onError })(read);
    expect(await broken("ada")).toEqual({ status: 200 });
    await expect(broken("nobody")).rejects.toThrow("not found");
    const undescribed = withAccessAudit<[string], { status: number }>(keeper(), () => { throw new RangeError("no words"); }, { onError })(read);
    expect(await undescribed("ada")).toEqual({ status: 200 });
    expect(heard.map((error) => (error as Error).message)).toEqual(["the log is full", "the log is full", "no words"]);
  });

  test("answers only once its access is durable where it is strict, and fails where it cannot be", async () => {
    const client = keeper();
    expect(await withAccessAudit<[string], { status: number }>(client, () => PEOPLE, { strict: true })(read)("ada")).toEqual({ status: 200 });
    expect([client.recorded.length, client.confirmed.length]).toEqual([0, 1]);
    await expect(withAccessAudit<[string], { status: number }>(keeper({ fails: true }), () => PEOPLE, { strict: true })(read)("ada")).rejects.toThrow("the log is full");
  });
});
