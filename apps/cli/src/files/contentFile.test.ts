import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openContentFile } from "./contentFile.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "content-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("appears under its name when it is committed, and not before", async () => {
  const sink = await openContentFile(join(folder, "a.bin"));
  await sink.write(Uint8Array.of(1, 2));
  await sink.write(Uint8Array.of(3));
  expect(await readdir(folder)).toEqual(["a.bin.part"]);
  await sink.commit();
  expect(await readdir(folder)).toEqual(["a.bin"]);
  expect([...(await readFile(join(folder, "a.bin")))]).toEqual([1, 2, 3]);
});

it("leaves nothing when it is discarded, and an earlier file as it was", async () => {
  const first = await openContentFile(join(folder, "a.bin"));
  await first.write(Uint8Array.of(7));
  await first.commit();
  const second = await openContentFile(join(folder, "a.bin"));
  await second.write(Uint8Array.of(8, 8));
  await second.discard();
  expect(await readdir(folder)).toEqual(["a.bin"]);
  expect([...(await readFile(join(folder, "a.bin")))]).toEqual([7]);
});

it("takes the place of what a kill left", async () => {
  const killed = await openContentFile(join(folder, "a.bin"));
  await killed.write(new Uint8Array(100));
  const again = await openContentFile(join(folder, "a.bin"));
  await again.write(Uint8Array.of(1));
  await again.commit();
  expect([...(await readFile(join(folder, "a.bin")))]).toEqual([1]);
});

it("says that it cannot be written", async () => {
  await expect(openContentFile(join(folder, "missing", "a"))).rejects.toMatchObject({
    code: "file-not-writable",
  });
  await mkdir(join(folder, "taken"));
  const sink = await openContentFile(join(folder, "taken"));
  await expect(sink.commit()).rejects.toMatchObject({ code: "file-not-writable" });
});
