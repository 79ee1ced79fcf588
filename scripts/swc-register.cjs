// Lets Node load our TypeScript without a build: for development, generation and the TypeORM command line.
const { transformSync } = require("@swc/core");
const { readFileSync } = require("node:fs");
const { sep } = require("node:path");

require.extensions[".ts"] = (module, filename) => {
  if (filename.includes(`${sep}node_modules${sep}`)) throw new Error(`TypeScript inside node_modules is not loaded: ${filename}`);
  const { code } = transformSync(readFileSync(filename, "utf8"), {
    filename,
    sourceMaps: "inline",
    jsc: {
      parser: { syntax: "typescript", decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
      target: "es2022",
      keepClassNames: true,
    },
    module: { type: "commonjs", ignoreDynamic: true },
  });
  module._compile(code, filename);
};
