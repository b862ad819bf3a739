import { toHex } from "@anamnesis/core/encoding/bytes";
import type { RecordId } from "@anamnesis/core/ids";
import { expect, it } from "vitest";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { RecentRecords, type RecordParts } from "./recentRecords.ts";

const MIB = 1024 * 1024;
const nameOf = (text: string): RecordId => toHex<RecordId>(bytesOf(text));
const partsOf = (bytes: number): RecordParts => {
  return { header: {} as never, session: null, wrap: new Uint8Array(300), content: new Uint8Array(bytes) };
};

it("lets the oldest go when 8 MiB are full", () => {
  const recent = new RecentRecords();
  for (const name of ["a", "b", "c"]) recent.keep(nameOf(name), partsOf(3 * MIB));
  expect(recent.get(nameOf("a"))).toBeNull();
  expect(recent.get(nameOf("b"))?.content).toHaveLength(3 * MIB);
  recent.keep(nameOf("d"), partsOf(1 * MIB));
  expect(recent.get(nameOf("b"))).not.toBeNull();
});

it("counts what was forgotten or kept again once", () => {
  const recent = new RecentRecords();
  for (let i = 0; i < 10; i++) recent.keep(nameOf("a"), partsOf(3 * MIB));
  recent.keep(nameOf("b"), partsOf(3 * MIB));
  expect(recent.get(nameOf("a"))).not.toBeNull();
  recent.forget(nameOf("a"));
  recent.forget(nameOf("a"));
  expect(recent.get(nameOf("a"))).toBeNull();
  recent.keep(nameOf("c"), partsOf(4 * MIB));
  expect(recent.get(nameOf("b"))).not.toBeNull();
});

it("keeps nothing that is larger than all its room", () => {
  const recent = new RecentRecords();
  recent.keep(nameOf("a"), partsOf(9 * MIB));
  expect(recent.get(nameOf("a"))).toBeNull();
});
