import { expect, it } from "vitest";
import { sayBytes } from "./sayBytes.ts";
import { ENGLISH } from "./testing/locale.ts";

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [12_640, "13 kB"],
  [120_400, "120 kB"],
  [999_700, "1 MB"],
  [2_300_000, "2.3 MB"],
  [3_440_000_000, "3.4 GB"],
  [5e15, "5,000 TB"],
])("says %i bytes as %s", (bytes, said) => {
  expect(sayBytes(bytes, ENGLISH)).toBe(said);
});
