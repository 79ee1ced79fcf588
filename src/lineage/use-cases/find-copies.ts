import type { Reader } from "../../platform/database/sql";
import { type Exclusion, followCustody, type Trail } from "./follow-custody";

/** Where content of some datasets may lie besides themselves. */
interface Copies {
  /** Each begins with one of the datasets asked for. */
  readonly trails: readonly Trail[];
  readonly truncatedAt: readonly number[];
}

/**
 * Every dataset that ever received content of these, the nearest `first`, excluded ones too; where one is but another name, the dataset itself
 * is among them. Nothing is followed from what is attested anonymous.
 */
export async function findCopies(reader: Reader, of: readonly number[], first: number): Promise<Copies> {
  const { trails, truncatedAt, starts, attested } = await followCustody(reader, of, first, { unlessAttested: true });
  const exclusionOf = (number: number): Exclusion | null => (attested.has(number) ? { reason: "ATTESTED", at: attested.get(number)! } : null);
  const names = new Map([...starts].filter(([number, root]) => number !== root && !starts.has(root)).map(([number, root]) => [root, number]));
  const themselves = [...names].map(([root, name]): Trail => ({ number: root, path: [name, root], excluded: exclusionOf(root) }));
  const received = trails.map((trail): Trail => {
    const name = names.get(trail.path[0]!);
    return name === undefined ? trail : { ...trail, path: [name, ...trail.path] };
  });
  return { trails: [...themselves, ...received], truncatedAt };
}
