import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPassphrase } from "./passphrase.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passphrase-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: string): Promise<string> {
  const path = join(folder, "passphrase");
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

describe("readPassphrase", () => {
  it("reads the file that is named, without the line's end", async () => {
    const env = { ANAMNESIS_PASSPHRASE_FILE: await file("two words\n"), ANAMNESIS_PASSPHRASE: "other" };
    expect(await readPassphrase(env)).toBe("two words");
  });

  it("takes the variable when no file is named", async () => {
    expect(await readPassphrase({ ANAMNESIS_PASSPHRASE: "words" })).toBe("words");
  });

  it("refuses when there is none", async () => {
    await expect(readPassphrase({})).rejects.toMatchObject({ code: "no-passphrase" });
    await expect(readPassphrase({ ANAMNESIS_PASSPHRASE: " " })).rejects.toMatchObject({
      code: "no-passphrase",
    });
  });

  it("does not fall back to the variable when the named file is missing or empty", async () => {
    for (const path of [join(folder, "missing"), await file("\n")]) {
      const env = { ANAMNESIS_PASSPHRASE_FILE: path, ANAMNESIS_PASSPHRASE: "other" };
      await expect(readPassphrase(env)).rejects.toMatchObject({ code: "no-passphrase" });
    }
  });
});
