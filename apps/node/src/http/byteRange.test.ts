import { describe, expect, it } from "vitest";
import { parseByteRange, partOf } from "./byteRange.ts";

describe("parseByteRange", () => {
  it.each([
    ["bytes=0-0", { from: 0, last: 0 }],
    ["bytes=5-", { from: 5, last: null }],
    ["bytes=-7", { suffix: 7 }],
    ["BYTES= 1-2 ", { from: 1, last: 2 }],
  ])("reads %s", (header, range) => {
    expect(parseByteRange(header, undefined)).toEqual(range);
  });

  it.each([
    "bytes=",
    "bytes=-",
    "bytes=2-1",
    "bytes=0-1,3-4",
    "bytes=a-b",
    "bytes=0x1-2",
    "bytes=1.5-2",
    "items=0-1",
    "bytes=0-99999999999999999999",
    "",
  ])("ignores %s, as a server may", (header) => {
    expect(parseByteRange(header, undefined)).toBeNull();
  });

  it("ignores a range under a condition that no validator of ours can meet", () => {
    expect(parseByteRange("bytes=0-1", '"x"')).toBeNull();
    expect(parseByteRange(undefined, undefined)).toBeNull();
  });
});

describe("partOf", () => {
  it.each([
    [null, { from: 0, length: 10 }],
    [
      { from: 0, last: 0 },
      { from: 0, length: 1 },
    ],
    [
      { from: 9, last: null },
      { from: 9, length: 1 },
    ],
    [
      { from: 4, last: 1000 },
      { from: 4, length: 6 },
    ],
    [{ suffix: 3 }, { from: 7, length: 3 }],
    [{ suffix: 1000 }, { from: 0, length: 10 }],
  ])("is inside the blob: %j", (range, part) => {
    expect(partOf(range, 10)).toEqual(part);
  });

  it.each([
    [{ from: 10, last: null }, 10],
    [{ from: 10, last: 20 }, 10],
    [{ suffix: 0 }, 10],
    [{ from: 0, last: null }, 0],
    [{ suffix: 5 }, 0],
  ])("refuses what has no byte: %j of %i", (range, size) => {
    expect(() => partOf(range, size)).toThrow(
      expect.objectContaining({ code: "range-not-satisfiable", meta: { size } }),
    );
  });

  it("is all of an empty blob without a range", () => {
    expect(partOf(null, 0)).toEqual({ from: 0, length: 0 });
  });
});
