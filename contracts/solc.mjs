#!/usr/bin/env node
// The part of solc's command line that forge uses, over the npm package `solc` (the official emscripten build).
import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import solc from "solc";

const args = process.argv.slice(2);

function valuesOf(option) {
  return args.flatMap((arg, i) => (arg === option ? [args[i + 1] ?? ""] : []));
}

if (args.includes("--version")) {
  // forge reads the platform from the suffix and knows no emscripten.
  const version = solc.version().replace(/\.Emscripten\.clang$/, ".Linux.g++");
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
} else if (args.includes("--standard-json")) {
  const file = valuesOf("--standard-json")[0];
  const input = readFileSync(file === undefined || file === "" || file.startsWith("-") ? 0 : file, "utf8");
  const roots = [...valuesOf("--base-path"), ...valuesOf("--include-path")];
  process.stdout.write(solc.compile(input, { import: (path) => readImport(path, roots) }));
} else {
  process.stderr.write("solc.mjs: only --version and --standard-json are supported\n");
  process.exitCode = 1;
}

function readImport(path, roots) {
  for (const candidate of isAbsolute(path) ? [path] : roots.map((root) => join(root, path))) {
    try {
      return { contents: readFileSync(candidate, "utf8") };
    } catch {
      // The next root may have it; after the last one the compiler names the missing file.
    }
  }
  return { error: "File not found" };
}
