import { beforeAll, describe, expect, it } from "vitest";
import { MAX_INLINE_CONTENT } from "@anamnesis/api/routes/exchange";
import type { Cid, RecordId } from "@anamnesis/core/ids";
import { SEALED_CHUNK_BYTES } from "@anamnesis/core/crypto/stream";
import { readRange } from "./readRange.ts";
import { saveRecords } from "./saveRecords.ts";
import { beginJourney, type Journey, resource } from "./testing/journey.ts";
import { MemorySink } from "./testing/memorySink.ts";
import { problem } from "./testing/problem.ts";
import { random } from "./testing/random.ts";

const LARGE = 3 * MAX_INLINE_CONTENT;
const image = { ...resource("image", "Media"), bytes: random(LARGE) };
const small = resource("a");

let journey: Journey;
let open: Parameters<typeof saveRecords>[0];
let sinks: MemorySink[];
let record: RecordId;
let content: Cid;
/** The image's ciphertext as both homes have it. */
let stored: Uint8Array;

beforeAll(async () => {
  journey = await beginJourney();
  const { world, consortium } = journey;
  const { sealed } = await journey.seal([small, image]);
  record = sealed[1]?.record as RecordId;
  world.anchor();
  await journey.grant();
  const [access] = await journey.access();
  if (access === undefined) expect.unreachable("no grant");
  content = world.node(0).records[1]?.header.body.content as Cid;
  stored = world.node(0).blobs.get(content) as Uint8Array;
  open = {
    runtime: world.runtime,
    consortium,
    access,
    purpose: "TREAT",
    sinkFor: async () => {
      const sink = new MemorySink();
      sinks.push(sink);
      return sink;
    },
  };
}, 60_000);

/** What the homes have of the image from now on; the first one's, then the others'. */
function give(first: Uint8Array | null, others: Uint8Array | null = stored): void {
  sinks = [];
  for (const [i, bytes] of [first, others, others].entries()) {
    const { blobs } = journey.world.node(i);
    if (bytes === null) blobs.delete(content);
    else blobs.set(content, bytes);
  }
}

const changedAt = (at: number): Uint8Array => {
  const changed = stored.slice();
  changed[at] = (changed[at] as number) ^ 1;
  return changed;
};

const committed = (): readonly Uint8Array[] =>
  sinks.filter((sink) => sink.state === "committed").map(bytesOf);
const bytesOf = (sink: MemorySink): Uint8Array => sink.bytes();

describe("saveRecords", () => {
  it("fills a sink for each record, small and large", async () => {
    give(stored);
    const { opened, refused } = await saveRecords(open);
    expect(refused).toEqual([]);
    expect(opened.map(({ length }) => length)).toEqual([small.bytes.length, LARGE]);
    expect(opened[1]).toMatchObject({ record, mediaType: image.mediaType, source: image.source });
    const saved = committed().toSorted((a, b) => a.length - b.length);
    expect(saved.map((bytes) => bytes.length)).toEqual([small.bytes.length, LARGE]);
    expect(Buffer.compare(saved[1] as Uint8Array, image.bytes)).toBe(0);
  });

  it.each<[what: string, given: () => Uint8Array]>([
    ["changed in the middle", () => changedAt(5 * SEALED_CHUNK_BYTES)],
    ["changed in its last byte", () => changedAt(stored.length - 1)],
  ])("discards what a home gave %s, and takes it from another one", async (_what, given) => {
    give(given());
    const { opened } = await saveRecords({ ...open, filter: (item) => item.record === record });
    expect(opened).toHaveLength(1);
    expect(sinks.map(({ state }) => state)).toEqual(["discarded", "committed"]);
    expect(Buffer.compare(committed()[0] as Uint8Array, image.bytes)).toBe(0);
  });

  it("begins nothing with a blob that has not the length in the header", async () => {
    for (const other of [
      stored.subarray(0, 7 * SEALED_CHUNK_BYTES),
      Buffer.concat([stored, Buffer.alloc(9)]),
    ]) {
      give(Uint8Array.from(other));
      await saveRecords({ ...open, filter: (item) => item.record === record });
      expect(sinks.map(({ state }) => state)).toEqual(["committed"]);
    }
  });

  it("commits nothing when no home has it whole, and says why", async () => {
    give(changedAt(5 * SEALED_CHUNK_BYTES), changedAt(2 * SEALED_CHUNK_BYTES));
    const tampered = await saveRecords({ ...open, filter: (item) => item.record === record });
    expect(tampered.refused).toEqual([{ record, code: "stream-open" }]);
    expect(sinks.map(({ state }) => state)).toEqual(["discarded", "discarded"]);
    give(null, null);
    const missing = await saveRecords({ ...open, filter: (item) => item.record === record });
    expect(missing.refused).toEqual([{ record, code: "blob-not-found" }]);
    expect(sinks).toEqual([]);
  });

  it("stops at a failure of its own, without asking another home", async () => {
    give(stored);
    const full = problem("file-not-writable");
    const sinkFor = async () => {
      const sink = new MemorySink();
      sinks.push(sink);
      sink.write = async () => {
        throw full;
      };
      return sink;
    };
    const saving = saveRecords({ ...open, sinkFor, filter: (item) => item.record === record });
    await expect(saving).rejects.toBe(full);
    expect(sinks.map(({ state }) => state)).toEqual(["discarded"]);
  });
});

describe("readRange", () => {
  const read = (from: number, length: number) => readRange({ ...open, record, range: { from, length } });

  it.each([
    [0, 1],
    [0, LARGE],
    [100_000, 70_000],
    [LARGE - 3, 100],
  ])("gives the bytes from %i on, %i of them, with receipts", async (from, length) => {
    give(stored);
    const { part, report } = await read(from, length);
    const expected = image.bytes.subarray(from, from + length);
    expect(part).toMatchObject({ record, size: LARGE, from, length: expected.length });
    expect(Buffer.compare(committed()[0] as Uint8Array, expected)).toBe(0);
    expect(report.receipts.length).toBeGreaterThan(0);
  });

  it("needs the first chunk and those of the part alone", async () => {
    give(changedAt(2 * SEALED_CHUNK_BYTES));
    await read(5 * SEALED_CHUNK_BYTES, 1000);
    expect(sinks.map(({ state }) => state)).toEqual(["committed"]);
  });

  it("takes a part that a home gave changed from another one", async () => {
    give(changedAt(5 * SEALED_CHUNK_BYTES + 100));
    await read(5 * SEALED_CHUNK_BYTES, 1000);
    expect(sinks.map(({ state }) => state)).toEqual(["discarded", "committed"]);
  });

  it("refuses a part behind the end, and a record that is not there", async () => {
    give(stored);
    await expect(read(LARGE, 1)).rejects.toMatchObject({ code: "bad-range" });
    const nowhere = `0x${"00".repeat(32)}` as RecordId;
    const reading = readRange({ ...open, record: nowhere, range: { from: 0, length: 1 } });
    await expect(reading).rejects.toMatchObject({ code: "not-opened" });
    expect(committed()).toEqual([]);
  });
});
