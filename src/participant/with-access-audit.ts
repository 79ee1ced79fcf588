import type { AuditClient, DataAccess } from "./audit-client";

/** A call that has ended, by its result or by an error. */
export type AuditedCall<Args extends readonly unknown[], Result> =
  | { readonly args: Args; readonly result: Result; readonly error?: undefined }
  | { readonly args: Args; readonly result?: undefined; readonly error: unknown };

/** What a call was, as accesses; nothing where it was none. `allowed` is by default whether it ended without an error. */
export type DescribeAccess<Args extends readonly unknown[], Result> = (
  call: AuditedCall<Args, Result>,
) => DataAccess | readonly DataAccess[] | undefined;

export interface AccessAuditOptions {
  /** Answer a call only once its accesses are durable, and let it fail where they cannot be recorded. */
  readonly strict?: boolean;
  /** Hears, unless strict, of accesses that could not be described or taken; by default a line on stderr. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Has every call of a handler reported: `withAccessAudit(client, describe)(handler)` is the handler to use instead. What the handler answers or
 * throws comes out as it is; unless `strict`, it may have to wait for room in the client's memory, and never fails because of the audit.
 */
export function withAccessAudit<Args extends readonly unknown[], Result>(
  client: Pick<AuditClient, "record" | "confirm">,
  describe: DescribeAccess<Args, Result>,
  { strict = false, onError = reportToStderr }: AccessAuditOptions = {},
): (handler: (...args: Args) => Result | Promise<Result>) => (...args: Args) => Promise<Result> {
  const report = async (call: AuditedCall<Args, Result>): Promise<void> => {
    try {
      for (const access of [describe(call) ?? []].flat() as readonly DataAccess[]) {
        const told = { allowed: call.error === undefined, ...access };
        await (strict ? client.confirm(told) : client.record(told));
      }
    } catch (error) {
      if (strict) throw error;
      onError(error);
    }
  };
  return (handler) =>
    async (...args) => {
      let result: Result;
      try {
        result = await handler(...args);
      } catch (error) {
        await report({ args, error: error ?? new Error("the handler threw nothing") });
        throw error;
      }
      await report({ args, result });
      return result;
    };
}

const reportToStderr = (error: unknown): void =>
  void process.stderr.write(`cadastre: an access was not reported (${error instanceof Error ? error.name : typeof error}); pass onError to see more\n`);
