import { appendFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { Digest, RecordId } from "@anamnesis/core/ids";
import type { JournalBatch, JournalRecord } from "@anamnesis/sdk/journal";
import { openFileJournal } from "./fileJournal.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "journal-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function batch(n: number): JournalBatch {
  const record = `0x${String(n).repeat(64)}` as RecordId;
  const source = { key: `north|Observation/${n}`, version: "version:1" };
  return {
    id: `0x${"ab".repeat(31)}0${n}` as Digest,
    records: [{ source, record }],
    bytes: Uint8Array.of(n, n, n),
    contents: [],
  };
}

const find = async (n: number, journal: Awaited<ReturnType<typeof openFileJournal>>) =>
  journal.find(`north|Observation/${n}`, "version:1");

it("gives after a restart what was remembered and confirmed, and the very bytes of what was not confirmed", async () => {
  const journal = await openFileJournal(folder);
  await journal.remember(batch(1));
  await journal.confirm(batch(1).id);
  await journal.remember(batch(2));
  const reopened = await openFileJournal(folder);
  expect(await find(1, reopened)).toBe(batch(1).records[0]?.record);
  expect(await find(2, reopened)).toBe(batch(2).records[0]?.record);
  expect(await reopened.find("north|Observation/1", "version:2")).toBeNull();
  expect(await reopened.pending()).toEqual([batch(2)]);
});

it("says in which segment something is, and the newest of a source, also of what is not confirmed", async () => {
  const journal = await openFileJournal(folder);
  const [one, two] = [batch(1).records[0] as JournalRecord, batch(2).records[0] as JournalRecord];
  const version = { key: one.source?.key ?? "", version: "version:2" };
  await journal.remember({ ...batch(1), records: [{ ...one, kind: "general" }] });
  await journal.confirm(batch(1).id);
  await journal.remember({
    ...batch(2),
    records: [{ source: version, record: two.record, kind: "genetic" }],
  });
  const look = (known: typeof journal) => [
    known.kindOf(one.record),
    known.kindOf(two.record),
    known.newestKindOf(version.key),
    known.newestKindOf("north|Observation/3"),
  ];
  const said = ["general", "genetic", "genetic", null];
  expect(look(journal)).toEqual(said);
  expect(look(await openFileJournal(folder))).toEqual(said);
  await journal.confirm(batch(2).id);
  expect(look(await openFileJournal(folder))).toEqual(said);
});

it("does not know the segment of what was sealed before it was noted, and takes none that there is not", async () => {
  const journal = await openFileJournal(folder);
  await journal.remember(batch(1));
  await journal.confirm(batch(1).id);
  const { record } = batch(1).records[0] as JournalRecord;
  expect((await openFileJournal(folder)).kindOf(record)).toBeNull();
  await appendFile(
    join(folder, "confirmed.jsonl"),
    `${JSON.stringify({ key: "k", version: "1", record, kind: "x" })}\n`,
  );
  await expect(openFileJournal(folder)).rejects.toMatchObject({ code: "journal-corrupt" });
});

it("forgets for good", async () => {
  const journal = await openFileJournal(folder);
  await journal.remember(batch(1));
  await journal.forget(batch(1).id);
  for (const known of [journal, await openFileJournal(folder)]) {
    expect(await find(1, known)).toBeNull();
    expect(await known.pending()).toEqual([]);
  }
});

it("goes on after a torn last line", async () => {
  const journal = await openFileJournal(folder);
  await journal.remember(batch(1));
  await journal.confirm(batch(1).id);
  const [name] = (await readdir(folder)).filter((file) => file.endsWith(".jsonl"));
  await appendFile(join(folder, name ?? ""), '{"key":"north|Obs');
  const torn = await openFileJournal(folder);
  expect(await find(1, torn)).toBe(batch(1).records[0]?.record);
  await torn.remember(batch(2));
  await torn.confirm(batch(2).id);
  const reopened = await openFileJournal(folder);
  expect(await find(1, reopened)).toBe(batch(1).records[0]?.record);
  expect(await find(2, reopened)).toBe(batch(2).records[0]?.record);
});

const CONTENT = cidOf(Uint8Array.of(1, 2, 3, 4, 5), CODEC_RAW);

async function keepContent(journal: Awaited<ReturnType<typeof openFileJournal>>): Promise<void> {
  const spool = await journal.spool();
  // The beginning last, as contents are sealed.
  await spool.write(2, Uint8Array.of(3, 4, 5));
  await spool.write(0, Uint8Array.of(1, 2));
  expect(await bytesOf(spool.read())).toEqual([1, 2, 3, 4, 5]);
  await spool.keep(CONTENT);
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<readonly number[]> {
  const all: number[] = [];
  for await (const piece of pieces) all.push(...piece);
  return all;
}

it("gives after a restart the very bytes of a batch's large contents, and drops them with the batch", async () => {
  const journal = await openFileJournal(folder);
  await keepContent(journal);
  await journal.remember({ ...batch(1), contents: [CONTENT] });
  const reopened = await openFileJournal(folder);
  expect((await reopened.pending())[0]?.contents).toEqual([CONTENT]);
  for (const known of [journal, reopened]) {
    const { length, pieces } = await known.content(CONTENT);
    expect([length, await bytesOf(pieces)]).toEqual([5, [1, 2, 3, 4, 5]]);
  }
  await reopened.confirm(batch(1).id);
  await expect(reopened.content(CONTENT)).rejects.toMatchObject({ code: "journal-corrupt" });
  expect(await readdir(folder)).toEqual(["confirmed.jsonl"]);
});

it("removes at its opening what a kill left of contents that no batch names", async () => {
  const journal = await openFileJournal(folder);
  await keepContent(journal);
  const spool = await journal.spool();
  await spool.write(0, Uint8Array.of(1));
  expect(await readdir(folder)).toHaveLength(2);
  await openFileJournal(folder);
  expect(await readdir(folder)).toEqual([]);
  await spool.discard();
});

it("reads a batch that was remembered before contents were kept", async () => {
  const journal = await openFileJournal(folder);
  await journal.remember(batch(1));
  const { records } = batch(1);
  await writeFile(join(folder, `${batch(1).id}.json`), JSON.stringify(records));
  expect(await (await openFileJournal(folder)).pending()).toEqual([batch(1)]);
});
