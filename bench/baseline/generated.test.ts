import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

it("the compiled contract is what its source gives", async () => {
  const { compilePointers } = (await import(new URL("compile.mjs", import.meta.url).href)) as {
    compilePointers: () => Promise<string>;
  };
  const stored = await readFile(new URL("generated/pointers.ts", import.meta.url), "utf8");
  expect(stored).toBe(await compilePointers());
});
