import { createHash } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ExportFolder } from "./exportFolder.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-folder-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const line = (type: string, id: number) => ({ type, json: `{"resourceType":"${type}","id":"${id}"}` });
const open = () => ExportFolder.open(folder, "test");
const text = (name: string) => readFile(join(folder, name), "utf8");

describe("an export's folder", () => {
  it("goes on behind the last step that is on the disk, and says what stands there", async () => {
    const first = await open();
    await first.write([line("Patient", 1), line("Flag", 2), line("Patient", 3)], { next: "a" });
    // What a kill leaves between the files and the journal, and in the middle of its line.
    await appendFile(join(folder, "Patient.ndjson"), '{"resourceType":"Patient","id":"4"}\n');
    await appendFile(join(folder, "export.journal"), '{"parts":[{"type":"Pati');
    const again = await open();
    expect(again.marks).toEqual([{ next: "a" }]);
    expect([again.count("Patient"), again.count("Flag"), again.count("Basic")]).toEqual([2, 1, 0]);
    await again.write([line("Patient", 5)], { next: null });
    const files = await again.finish({ of: "test" });
    const patients = [1, 3, 5].map((id) => `${line("Patient", id).json}\n`).join("");
    expect(await text("Patient.ndjson")).toBe(patients);
    expect(files.map(({ file, count }) => [file, count])).toEqual([
      ["Flag.ndjson", 1],
      ["Patient.ndjson", 3],
    ]);
    expect(files[1]).toMatchObject({
      bytes: patients.length,
      sha256: createHash("sha256").update(patients).digest("hex"),
    });
    expect(JSON.parse(await text("manifest.json"))).toEqual({ of: "test", files });
  });

  it("writes a type anew", async () => {
    const first = await open();
    await first.write([line("Patient", 1), line("Flag", 1)], { type: "Patient" });
    await first.again("Patient");
    const again = await open();
    expect(again.marks.at(-1)).toEqual({ again: "Patient" });
    expect(again.count("Patient")).toBe(0);
    await again.write([line("Patient", 2)], {});
    await again.finish({});
    expect(await text("Patient.ndjson")).toBe(`${line("Patient", 2).json}\n`);
  });

  it("finds what was changed, lost or is of another export", async () => {
    const first = await open();
    await first.write([line("Patient", 1), line("Patient", 2)], {});
    const path = join(folder, "Patient.ndjson");
    const whole = await text("Patient.ndjson");
    await writeFile(path, whole.replace('"1"', '"7"'));
    expect(await codeOf((await open()).finish({}))).toBe("export-corrupt");
    await writeFile(path, whole);
    await (await open()).finish({});
    await truncate(path, whole.length - 1);
    expect(await codeOf((await open()).finish({}))).toBe("export-corrupt");
    expect(await codeOf(ExportFolder.open(folder, "other"))).toBe("export-of-another");
    await appendFile(join(folder, "export.journal"), "no line\n");
    expect(await codeOf(open())).toBe("export-corrupt");
  });
});
