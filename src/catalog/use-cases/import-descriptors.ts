import { appendAuditEntries } from "../../audit";
import type { Reader, Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { badInput, Refusal } from "../../platform/errors";
import { isUnchanged } from "../change-model";
import type { Declaration } from "../definition-import-model";
import type { DescriptorFormat } from "../descriptors/descriptor-model";
import { type PlacedFile, placeFiles, placesIn, type SourceFile, type TextError } from "../descriptors/places";
import { readSource } from "../descriptors/read-source";
import { type Import, type ImportPlan, type ImportState, planImport } from "../import-model";
import { assignmentId } from "../public-ids";
import { deleteDeclarations, findDeclarationsBySource, writeDeclarations } from "../storage/declaration-store";
import { writeDatasets } from "../storage/dataset-store";
import { analyzeRegister, deleteRules, lockDefinitions, writeEntities, writeRules, writeTeams } from "../storage/definition-store";
import { lockEntities, recordAssignments } from "../storage/ownership-store";
import { check, checkEach, exactNameFault, refusalOf } from "../text-model";
import { withNamesOfRoots } from "./declared-datasets";
import { readImportState } from "./read-import-state";
import { writeChangedServices } from "./write-changed-services";
import { refreshFindings } from "./refresh-findings";

export interface ImportDescriptors {
  readonly actor: string;
  /** Whose declarations these are: a path or repository. It owns what it declares; what it no longer declares is retired. */
  readonly source: string;
  /** AUTO: each document's own. */
  readonly format: DescriptorFormat | "AUTO";
  /** The whole source; empty where it is made of `files`. */
  readonly document: string;
  readonly files?: readonly { readonly path: string; readonly document: string; readonly skippable?: boolean | null }[] | null;
  /** Only says what would change. */
  readonly dryRun: boolean;
}

export interface ImportReport {
  /** How many things change. */
  readonly changes: number;
  /** `source:line:column: text`, in the order of the text; with the file's path where the source has files. */
  readonly errors: readonly string[];
  /** One line a change, for people. */
  readonly plan: readonly string[];
  /** Paths of files in which nothing was recognised. */
  readonly skipped: readonly string[];
}

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_FILES = 10_000;
const MAX_ERRORS = 1000;
const ENTRIES_AT_ONCE = 5000;
const MANY = 5000;

/**
 * Makes the register say what a source says, or tells what that would change. All or nothing: a text with an error changes nothing, and
 * every error is reported. A second import of the same text changes nothing and writes nothing.
 * Refuses (BAD_USER_INPUT) a source or path that is no name, (TOO_LARGE) a file of more than 16 MB.
 * One import at a time writes. Writes: teams, services, entities, datasets and what belongs to them, declared_rules, ownership_assignments,
 * declarations, findings, one audit entry for each change.
 */
export async function importDescriptors(deps: Deps, { actor, dryRun, ...input }: ImportDescriptors): Promise<ImportReport> {
  const { source, format } = input;
  const given = filesOf(input);
  const before = await findDeclarationsBySource(deps.db, source);
  // A typing error must not retire what a file declared: one that did so before is not passed over.
  const declaring = new Set(before.map(({ position }) => position.replace(/:\d+:\d+$/, "")));
  const files = given.map((file) => ({ ...file, skippable: file.skippable && !declaring.has(file.path) }));
  const { descriptor, skipped } = await readSource(files, format);
  const read = async (reader: Reader): Promise<Import> => ({ source, descriptor: await withNamesOfRoots(reader, descriptor), positionOf: placesIn(files) });
  if (dryRun || descriptor.errors.length > 0) {
    const imported = await read(deps.db);
    const state = await readImportState(deps.db, imported.descriptor, before, () => Promise.resolve());
    return { ...reportOf(imported, planImport(imported, state, () => deps.ids.uuid())), skipped };
  }
  return deps.transaction(async (tx) => {
    await lockDefinitions(tx);
    const imported = await read(tx);
    const declared = await findDeclarationsBySource(tx, source);
    const state = await readImportState(tx, imported.descriptor, declared, (entityKeys) => lockEntities(tx, entityKeys));
    const plan = planImport(imported, state, () => tx.ids.uuid());
    if (plan.errors.length + imported.descriptor.errors.length === 0) await applyPlan(tx, imported, plan, state, declared, actor);
    return { ...reportOf(imported, plan), skipped };
  });
}

function filesOf({ source, document, files }: Pick<ImportDescriptors, "source" | "document" | "files">): PlacedFile[] {
  const given: SourceFile[] = files?.map(({ path, document: text, skippable }) => ({ path, text, skippable: skippable ?? false })) ?? [{ path: source, text: document }];
  const paths = given.map(({ path }) => path);
  const faults = [...check(["source"], source, exactNameFault), ...(files ? checkEach(["files"], paths, MAX_FILES, exactNameFault) : [])];
  if (faults.length > 0) throw refusalOf(faults);
  if (files && document !== "") throw badInput("document: must be empty beside files");
  if (new Set(paths).size < paths.length) throw badInput("files: each path once");
  const large = given.find(({ text }) => Buffer.byteLength(text) > MAX_BYTES);
  if (large !== undefined) throw new Refusal("TOO_LARGE", `${large.path}: must have at most 16 MB; split it into several files`);
  return placeFiles(given);
}

async function applyPlan(tx: Tx, imported: Import, plan: ImportPlan, state: ImportState, before: readonly Declaration[], actor: string): Promise<void> {
  await writeTeams(tx, plan.teams.written);
  await writeChangedServices(tx, plan.services.written, ({ id }) => state.services.get(id));
  await writeEntities(tx, plan.entities.written);
  const written = await writeDatasets(tx, plan.datasets.written);
  await recordAssignments(tx, plan.assignments.recorded);
  // Statistics of before a large import lead what reads the register afterwards astray.
  if (plan.changes.length >= MANY) await analyzeRegister(tx);
  await refreshFindings(tx, {
    entityKeys: [...new Set([...plan.entities.written.map(({ key }) => key), ...plan.assignments.recorded.map(({ entityKey }) => entityKey)])],
    serviceKeys: plan.services.written.map(({ key }) => key),
    teamKeys: plan.teams.written.map(({ key }) => key),
    datasetNumbers: [...written.values()],
  });
  await writeRules(tx, plan.rules.written);
  await deleteRules(tx, [...plan.rules.retired].map((id) => state.rules.get(id)!.key));
  await keepDeclarations(tx, before, declarationsOf(imported, plan, (id) => written.get(id) ?? state.datasets.get(id)!.number!));

  const entries = plan.changes.map(({ object }) => ({ action: "catalog.import-descriptors", actor, object, source: imported.source }));
  for (let start = 0; start < entries.length; start += ENTRIES_AT_ONCE) await appendAuditEntries(tx, entries.slice(start, start + ENTRIES_AT_ONCE));
}

/** All that the source declares from now on. Datasets stand there by number: their names are too long for an index. */
function declarationsOf({ source, positionOf }: Import, plan: ImportPlan, numberOf: (id: string) => number): Declaration[] {
  const declaration = (object: string, at: number, members: readonly string[]): Declaration => ({ object, source, position: positionOf(at), members });
  return [
    ...[...plan.teams.kept, ...plan.services.kept, ...plan.entities.kept, ...plan.rules.kept].map(({ id, at, members }) => declaration(id, at, members)),
    ...plan.datasets.kept.map(({ id, at, members }) => declaration(`dataset:${numberOf(id)}`, at, members)),
    ...plan.assignments.kept.map(({ id, at }) => declaration(assignmentId(id), at, [])),
  ];
}

/** Writes only what differs: an import without changes leaves no trace. */
async function keepDeclarations(tx: Tx, before: readonly Declaration[], after: readonly Declaration[]): Promise<void> {
  const known = new Map(before.map((declaration) => [declaration.object, declaration]));
  const kept = new Set(after.map(({ object }) => object));
  await writeDeclarations(tx, after.filter((declaration) => !isUnchanged(known.get(declaration.object), declaration)));
  await deleteDeclarations(tx, before.flatMap(({ object }) => (kept.has(object) ? [] : [object])));
}

function reportOf({ source, descriptor, positionOf }: Import, plan: ImportPlan): Omit<ImportReport, "skipped"> {
  const errors = [...descriptor.errors, ...plan.errors].sort((one, other) => one.at - other.at);
  const named = errors.slice(0, MAX_ERRORS).map(({ at, text }: TextError) => `${positionOf(at)}: ${text}`);
  if (errors.length > MAX_ERRORS) named.push(`${source}: and ${errors.length - MAX_ERRORS} more errors`);
  return errors.length > 0 ? { changes: 0, errors: named, plan: [] } : { changes: plan.changes.length, errors: [], plan: plan.changes.map(({ line }) => line) };
}
