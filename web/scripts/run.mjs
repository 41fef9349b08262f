// Runs a TypeScript file of tests/ with Vite's own loader: node scripts/run.mjs FILE ARGS…
import { resolve } from "node:path";
import { runnerImport } from "vite";

await runnerImport(resolve(process.argv[2]));
