import { changedMembers, difference } from "./change-model";
import type { Declared } from "./descriptors/descriptor-model";
import type { TextError } from "./descriptors/places";

/** That a source declares an object, and where in it. */
export interface Declaration {
  /** `team:<key>`, `service:<key>`, `entity:<key>`, `dataset:<number>`, `assignment:<uuid>` or `rule:<key>`. */
  readonly object: string;
  readonly source: string;
  /** `<path>:<line>:<column>` */
  readonly position: string;
  /** The members written there. */
  readonly members: readonly string[];
}

/** Where in which source: a file that is its own source is named once. */
export const declarerText = ({ source, position }: Pick<Declaration, "source" | "position">): string =>
  position.replace(/:\d+:\d+$/, "") === source ? position : `${position} (source ${source})`;

/** One change of the register, for the audit log and for people. */
export interface Change {
  /** Public id of what changes. */
  readonly object: string;
  /** `+ service:orders` (new), `~ service:orders team: "a" → "b"` (changed), `- service:orders` (retired). */
  readonly line: string;
}

/** A declaration as it will stand, with the public id of its object. */
export interface Kept {
  readonly id: string;
  readonly at: number;
  readonly members: readonly string[];
}

/** What an import does to the definitions of one kind. */
export interface DefinitionPlan<Definition> {
  /** To be written as they are given here. */
  readonly written: readonly Definition[];
  /** Public ids of those that the source no longer declares. */
  readonly retired: ReadonlySet<string>;
  /** All that the source declares: what it owns from now on. */
  readonly kept: readonly Kept[];
  readonly changes: readonly Change[];
  readonly errors: readonly TextError[];
}

/** How the definitions of one kind are told apart and changed. */
export interface DefinitionKind<Input, Definition> {
  /** Public id of what the input declares. */
  readonly idOf: (input: Input) => string;
  readonly merge: (known: Definition | undefined, input: Input) => Definition;
  readonly isRetired: (known: Definition) => boolean;
  readonly retire: (known: Definition) => Definition;
}

/**
 * Compares what a source declares with what is known. A member that the source wrote before and no longer writes falls back to its
 * default; one that it never wrote stays. What it no longer declares is retired. What another source declares is an error.
 * `known` and `declarations` are by public id, and hold all that is declared now or was by this source.
 */
export function planDefinitions<Input extends object, Definition extends object>(
  kind: DefinitionKind<Input, Definition>,
  declared: readonly Declared<Input>[],
  known: ReadonlyMap<string, Definition>,
  declarations: ReadonlyMap<string, Declaration>,
  source: string,
): DefinitionPlan<Definition> {
  const written: Definition[] = [];
  const changes: Change[] = [];
  const errors: TextError[] = [];
  const kept = new Map<string, Kept>();
  for (const { input, at, members } of declared) {
    const id = kind.idOf(input);
    const declaration = declarations.get(id);
    if (declaration !== undefined && declaration.source !== source) {
      errors.push({ at, text: `${id} is declared by ${declarerText(declaration)} already; one source only can declare it` });
      continue;
    }
    kept.set(id, { id, at, members });
    const before = known.get(id);
    const dropped = declaration?.members.filter((member) => !members.includes(member)) ?? [];
    const next = kind.merge(before, { ...Object.fromEntries(dropped.map((member) => [member, null])), ...said(input) });
    const isNew = before === undefined || kind.isRetired(before);
    if (!isNew && changedMembers(before, next).length === 0) continue;
    changes.push({ object: id, line: isNew ? `+ ${id}` : `~ ${id} ${difference(before, next)}` });
    written.push(next);
  }
  const retired = new Set<string>();
  for (const [id, declaration] of declarations) {
    const before = known.get(id);
    if (declaration.source !== source || kept.has(id) || before === undefined || kind.isRetired(before)) continue;
    retired.add(id);
    changes.push({ object: id, line: `- ${id}` });
    written.push(kind.retire(before));
  }
  return { written, retired, kept: [...kept.values()], changes, errors };
}

/** Without what is undefined: a reader may name members of which the source says nothing. */
const said = <Input extends object>(input: Input): Input =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Input;
