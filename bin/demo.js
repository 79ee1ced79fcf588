#!/usr/bin/env node
// `npm run demo [-- --once]`: starts PostgreSQL, Cadastre and the example company, and shows one erasure (examples/demo).
const { join } = require("node:path");
const { main } = require("../dist/examples/demo/main");
const { startEmbeddedPostgres } = require("../dist/src/platform/database/embedded-postgres");

const root = join(__dirname, "..");
main({ root, once: process.argv.includes("--once"), startPostgres: startEmbeddedPostgres });
