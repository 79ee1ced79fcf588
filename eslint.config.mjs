import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const TIME = [
  ["NewExpression[callee.name='Date'][arguments.length=0]", "Time comes from deps.clock (in a transaction: tx.now)."],
  ["CallExpression[callee.object.name='Date'][callee.property.name='now']", "Time comes from deps.clock (in a transaction: tx.now)."],
];
const CHANCE = [
  ["CallExpression[callee.object.name='Math'][callee.property.name='random']", "Randomness comes from deps.ids."],
  ["CallExpression[callee.name=/^random(UUID|Bytes|Int)$/], CallExpression[callee.property.name=/^random(UUID|Bytes|Int)$/]", "Ids and randomness come from deps.ids."],
];
const SLEEPS = [
  ["NewExpression[callee.name='Promise'] CallExpression[callee.name='setTimeout']", "Do not sleep: wait for a signal, or poll a condition with test/support."],
  ["ImportDeclaration[source.value=/timers.promises$/]", "Do not sleep: wait for a signal, or poll a condition with test/support."],
];
const NO_DEFAULT_EXPORT = [["ExportDefaultDeclaration", "Name what you export: one name everywhere."]];

const forbid = (...groups) => ["error", ...groups.flat().map(([selector, message]) => ({ selector, message }))];

export default defineConfig(
  { ignores: ["dist/", ".ready/", ".data/", "coverage/", "schema/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "prefer-const": "error",
      "no-empty": "error",
      "no-fallthrough": "error",
      "no-self-compare": "error",
      "no-unsafe-finally": "error",
      "no-useless-catch": "error",
      "no-useless-escape": "error",
      // A file has one reason to exist: split it by that reason, not by length.
      "max-lines": ["error", { max: 400 }],
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Promises: what is forgotten here is lost at run time.
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false, properties: false } }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      // Types say the truth.
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/ban-ts-comment": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/prefer-promise-reject-errors": "error",
      "@typescript-eslint/restrict-plus-operands": "error",
      "no-restricted-syntax": forbid(NO_DEFAULT_EXPORT),
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: { "no-console": "error", "no-restricted-syntax": forbid(NO_DEFAULT_EXPORT, TIME, CHANCE) },
  },
  {
    // The sources themselves, and keys, nonces and lock tokens, which no test may make predictable.
    files: ["src/platform/{clock,ids}.ts", "src/platform/crypto/*.ts", "src/platform/database/embedded-*.ts", "src/protocol/signing-keys.ts"],
    rules: { "no-restricted-syntax": forbid(NO_DEFAULT_EXPORT) },
  },
  { files: ["src/cli/**/*.ts"], rules: { "no-console": "off" } },
  // Jest wants a default export of these.
  { files: ["test/support/global-*.ts"], rules: { "no-restricted-syntax": "off" } },
  { files: ["test/**/*.test.ts"], rules: { "no-restricted-syntax": forbid(NO_DEFAULT_EXPORT, SLEEPS) } },
  {
    files: ["**/*.{js,cjs,mjs}"],
    languageOptions: {
      globals: Object.fromEntries(
        ["process", "console", "performance", "Buffer", "URL", "module", "require", "__dirname", "setTimeout", "setInterval", "clearInterval"].map((name) => [name, "readonly"]),
      ),
    },
    rules: { "no-undef": "error", "no-unused-vars": "error" },
  },
);
