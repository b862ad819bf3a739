import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { decodeEvidence, type EvidenceOf } from "@anamnesis/core/evidence/evidence";
import { parseOrganisationId } from "@anamnesis/core/ids";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testKeys } from "../indexer/testing/testNode.ts";
import { openWitnessStore } from "./fileWitnessStore.ts";

const WRITER = fileURLToPath(new URL("testing/replaceUntilKilled.ts", import.meta.url));
const { card } = testKeys("north");
const log = parseOrganisationId(`0x${"1".repeat(64)}`);
const other = parseOrganisationId(`0x${"2".repeat(64)}`);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "witness-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the witness's store", () => {
  it("keeps one head for each log, also for the next process", async () => {
    const store = await openWitnessStore(folder);
    expect(await store.read(log)).toBeNull();
    await store.update(log, ({ replace }) => replace("one"));
    await store.update(other, ({ replace }) => replace("another"));
    await store.update(log, ({ checkpoint, replace }) => replace(`${checkpoint} two`));
    const again = await openWitnessStore(folder);
    expect([await again.read(log), await again.read(other)]).toEqual(["one two", "another"]);
  });

  it("runs what is about one log in turn, whatever fails in between", async () => {
    const store = await openWitnessStore(folder);
    const turns = Array.from({ length: 20 }, (_, i) =>
      store.update(log, async ({ checkpoint, replace }) => {
        if (i % 5 === 4) throw new RangeError("no");
        await replace(`${checkpoint ?? ""}${i % 10}`);
      }),
    );
    await Promise.allSettled(turns);
    expect(await store.read(log)).toBe("0123567801235678");
  });

  it("keeps each contradiction once, and no more of one log than it needs", async () => {
    const store = await openWitnessStore(folder);
    const about = (accused: typeof log, text: string): EvidenceOf<"conflicting-heads"> => {
      const [first, second] = [text, "b"].map((checkpoint) => ({ checkpoint, entry: null }));
      return {
        kind: "conflicting-heads",
        accused,
        keyCard: card,
        first,
        second,
        index: null,
      } as EvidenceOf<"conflicting-heads">;
    };
    expect(await store.keepEvidence(about(log, "a"))).toBe(true);
    expect(await store.keepEvidence(about(log, "a"))).toBe(false);
    const kept = [];
    for (let i = 0; i < 20; i++) kept.push(await store.keepEvidence(about(log, `c${i}`)));
    expect(kept.filter(Boolean)).toHaveLength(15);
    expect(await store.keepEvidence(about(other, "a"))).toBe(true);
    expect(await (await openWitnessStore(folder)).evidence()).toBe(17);
    const [file = ""] = await readdir(join(folder, "evidence"));
    const bytes = new Uint8Array(await readFile(join(folder, "evidence", file)));
    expect(decodeEvidence(bytes)).toMatchObject({ kind: "conflicting-heads", accused: log });
  });

  it("has after kill -9 no smaller head than one that it said was kept", async () => {
    let kept = 0;
    for (let life = 0; life < 5; life++) {
      const writer = spawn(process.execPath, [WRITER, folder], { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      writer.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        // At another point each time, and always under way.
        if (output.split("\n").length > 5 + 3 * life) writer.kill("SIGKILL");
      });
      await once(writer, "close");
      const said = output.split("\n").slice(0, -1).map(Number);
      expect(said[0]).toBeGreaterThan(kept);
      const now = Number(await (await openWitnessStore(folder)).read(log));
      expect(now).toBeGreaterThanOrEqual(said.at(-1) as number);
      kept = now;
    }
  });
});
