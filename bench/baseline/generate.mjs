// Writes the compiled contract, so that the bench needs no compiler: `node bench/baseline/generate.mjs`.
import { mkdir, writeFile } from "node:fs/promises";
import { compilePointers } from "./compile.mjs";

await mkdir(new URL("generated/", import.meta.url), { recursive: true });
await writeFile(new URL("generated/pointers.ts", import.meta.url), await compilePointers());
