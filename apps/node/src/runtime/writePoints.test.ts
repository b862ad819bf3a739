import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { WRITE_POINTS } from "./writePoints.ts";

const SOURCES = fileURLToPath(new URL("..", import.meta.url));
const OPERATIONS = fileURLToPath(new URL("../../../../docs/operations.md", import.meta.url));

/** First cells of the table of write points, in order. */
function documented(page: string): readonly string[] {
  const section = /^### At a node$([\s\S]*?)^##/m.exec(page)?.[1] ?? "";
  return [...section.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name ?? "");
}

async function sources(): Promise<string> {
  const texts: string[] = [];
  for (const entry of await readdir(SOURCES, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
      texts.push(await readFile(join(entry.parentPath, entry.name), "utf8"));
  }
  return texts.join("\n");
}

let page = "";
let code = "";
beforeAll(async () => {
  [page, code] = await Promise.all([readFile(OPERATIONS, "utf8"), sources()]);
});

describe("WRITE_POINTS", () => {
  it("has each name once", () => {
    expect(new Set(WRITE_POINTS).size).toBe(WRITE_POINTS.length);
  });

  it("are the rows of the table in docs/operations.md, in its order", () => {
    expect(documented(page)).toEqual(WRITE_POINTS);
  });

  it("are all written at somewhere", () => {
    const used = [...code.matchAll(/\bdurable\(\s*"([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(WRITE_POINTS));
  });
});
