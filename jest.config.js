/** Tests run from TypeScript through swc; every test file gets its own database (test/support/setup.ts). */
module.exports = {
  testMatch: ["<rootDir>/test/**/*.test.ts", "<rootDir>/examples/**/*.test.ts"],
  transform: {
    "\\.(ts|js|mjs)$": ["@swc/jest", {
      jsc: {
        parser: { syntax: "typescript", decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
        target: "es2022", keepClassNames: true,
      },
      module: { type: "commonjs", ignoreDynamic: true },
    }],
  },
  // ESM-only packages that Node can require but Jest has to transform.
  transformIgnorePatterns: ["/node_modules/(?!(jose|graphql-sse|temporal-polyfill|temporal-utils)/)"],
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  globalSetup: "<rootDir>/test/support/global-setup.ts",
  globalTeardown: "<rootDir>/test/support/global-teardown.ts",
  testTimeout: 60000,
  maxWorkers: 2,
};
