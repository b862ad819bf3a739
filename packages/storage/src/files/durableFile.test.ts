import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readIfThere, removeDurably, writeDurably } from "./durableFile.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "durable-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a durable file", () => {
  it("is written for its owner alone, replaced whole, read and removed", async () => {
    const path = join(folder, "deep", "file");
    expect(await readIfThere(path)).toBeNull();
    await writeDurably(path, "first and longer");
    await writeDurably(path, new Uint8Array([1, 2]));
    expect(await readIfThere(path)).toEqual(new Uint8Array([1, 2]));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "deep"))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, "deep"))).toEqual(["file"]);
    await removeDurably(path);
    await removeDurably(path);
    expect(await readdir(join(folder, "deep"))).toEqual([]);
  });

  it("tells a file that cannot be read from one that is not there, and leaves what it cannot replace", async () => {
    const path = join(folder, "is-a-folder");
    await mkdir(path);
    expect(await codeOf(readIfThere(path))).toBe("storage-failed");
    expect(await codeOf(writeDurably(path, "x"))).toBe("storage-failed");
    await writeDurably(join(folder, "a"), "x");
    expect(await codeOf(writeDurably(join(folder, "a", "b"), "x"))).toBe("storage-failed");
    expect(await readFile(join(folder, "a"), "utf8")).toBe("x");
  });
});
