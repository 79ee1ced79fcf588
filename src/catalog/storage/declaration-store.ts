import type { Reader, Tx } from "../../platform/database/sql";
import type { Declaration } from "../definition-import-model";

/** Declarations of one source. */
export const findDeclarationsBySource = (reader: Reader, source: string): Promise<Declaration[]> =>
  reader.query("findDeclarationsBySource", "select d.object, d.source, d.position, d.members from declarations d where d.source = $1", [source]);

/** Declarations of these objects, whatever their source. */
export const findDeclarationsByObject = (reader: Reader, objects: readonly string[]): Promise<Declaration[]> =>
  reader.query("findDeclarationsByObject", "select d.object, d.source, d.position, d.members from declarations d where d.object = any($1)", [objects]);

/** Keeps where each object is declared now. */
export const writeDeclarations = (tx: Tx, declarations: readonly Declaration[]): Promise<number> =>
  tx.execute(
    "writeDeclarations",
    `insert into declarations (object, source, position, members)
     select object, source, position, members from json_to_recordset($1) as given (object text, source text, position text, members text[])
     on conflict (object) do update set source = excluded.source, position = excluded.position, members = excluded.members`,
    [JSON.stringify(declarations)],
  );

/** Forgets that anything declares these objects. */
export const deleteDeclarations = (tx: Tx, objects: readonly string[]): Promise<number> =>
  tx.execute("deleteDeclarations", "delete from declarations where object = any($1)", [objects]);
