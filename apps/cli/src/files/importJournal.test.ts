import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openImportJournal } from "./importJournal.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-journal-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const one = { key: "urn:s|Patient/1", version: "version:1", target: "Patient/a" };
const two = { key: "urn:s|Patient/2", version: "version:1", target: "Patient/b" };

it("remembers the newest of each, and leaves out what a kill tore", async () => {
  const path = join(folder, "deep", "journal");
  const journal = await openImportJournal(path);
  expect(journal.find(one.key)).toBeNull();
  await journal.remember([one, two]);
  await journal.remember([{ ...one, version: "version:2" }]);
  const whole = await readFile(path, "utf8");
  await appendFile(path, '{"key":"urn:s|Pati');
  const again = await openImportJournal(path);
  expect(again.find(one.key)).toEqual({ ...one, version: "version:2" });
  expect(again.find(two.key)).toEqual(two);
  expect(await readFile(path, "utf8")).toBe(whole);
  await again.remember([{ ...two, version: "version:3" }]);
  expect((await openImportJournal(path)).find(two.key)?.version).toBe("version:3");
});

it("is not taken from a file of another kind", async () => {
  await writeFile(join(folder, "journal"), "something else\n");
  expect(await codeOf(openImportJournal(join(folder, "journal")))).toBe("journal-corrupt");
});
