import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import ts from "typescript";

const ROOT = resolve(__dirname, "../..");
const NOT_DOMAINS = ["app", "cli", "participant", "platform", "protocol"];
const DOMAINS = readdirSync(join(ROOT, "src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !NOT_DOMAINS.includes(entry.name))
  .map(({ name }) => name);

const filesBelow = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const parse = (file: string) => ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
const sources = filesBelow("src").filter((file) => file.endsWith(".ts")).map(parse);

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

test("files are named in kebab case", () => {
  const files = ["src", "test", "scripts", "bench", "examples"].filter((folder) => existsSync(join(ROOT, folder))).flatMap(filesBelow);
  const named = files.filter((file) => !/\/(README\.md|Dockerfile)$/.test(file));
  expect(named.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.[a-z]+$/.test(basename(file)))).toEqual([]);
});

test("every SQL statement has a name of its own", () => {
  const places = new Map<string, string[]>();
  for (const source of sources) {
    for (const node of nodesOf(source)) {
      const name = statementName(node);
      if (name !== undefined) places.set(name, [...(places.get(name) ?? []), source.fileName]);
    }
  }
  expect(places.size).toBeGreaterThan(0);
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
});

/** The name in `tx.query("name", "select …")` and `tx.execute("name", …)`. */
function statementName(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const [first, second] = node.arguments;
  const named = ["query", "execute"].includes(node.expression.name.text) && second !== undefined && first !== undefined;
  return named && ts.isStringLiteralLike(first) && /^\w+$/.test(first.text) ? first.text : undefined;
}

test("a resolver method has at most five lines", () => {
  const long: string[] = [];
  for (const source of sources.filter(({ fileName }) => fileName.endsWith("-resolver.ts"))) {
    for (const node of nodesOf(source)) {
      if (!ts.isMethodDeclaration(node) || node.body === undefined) continue;
      const lines = node.body.getText().split("\n").length - 2;
      if (lines > 5) long.push(`${source.fileName} ${node.name.getText()}: ${lines} lines`);
    }
  }
  expect(long).toEqual([]);
});

describe.each(DOMAINS)("%s", (domain) => {
  test("introduces itself in a README of at most 60 lines", () => {
    expect(existsSync(join(ROOT, "src", domain, "README.md"))).toBe(true);
    expect(read(`src/${domain}/README.md`).trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  });

  test("offers at most 20 names, each named in its index.ts", () => {
    const names = exportedNames(parse(`src/${domain}/index.ts`));
    expect(names).not.toContain("*");
    expect(names.length).toBeLessThanOrEqual(20);
  });
});

/** `*` stands for an `export *`. */
function exportedNames(index: ts.SourceFile): string[] {
  return index.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement;
      return exportClause !== undefined && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : ["*"];
    }
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText());
    const named = statement as ts.DeclarationStatement;
    return named.name === undefined ? [] : [named.name.getText()];
  });
}
