import { toHex } from "@anamnesis/core/encoding/bytes";
import { hasCode } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { describe, expect, it } from "vitest";
import { printContactCode, readContactCode } from "./contactCode.ts";

const segment = toHex<SegmentId>(Uint8Array.from({ length: 32 }, (_, i) => i * 7));

function reasonOf(text: string): unknown {
  try {
    readContactCode(text);
  } catch (error) {
    if (hasCode(error, "bad-contact-code"))
      return (error as unknown as { meta: { reason: unknown } }).meta.reason;
    throw error;
  }
  return "no error";
}

describe("a contact code", () => {
  it("is the segment's id in groups, and reads in any case and spacing", () => {
    const code = printContactCode(segment);
    expect(code).toMatch(/^AC1(-[0-9A-HJKMNP-TV-Z]{4}){14}$/);
    expect(readContactCode(code)).toBe(segment);
    expect(readContactCode(code.toLowerCase().replaceAll("-", " "))).toBe(segment);
  });

  it("is refused with a wrong character, a missing group or another prefix", () => {
    const code = printContactCode(segment);
    const other = code.endsWith("0") ? "1" : "0";
    expect(reasonOf(code.slice(0, -1) + other)).toBe("checksum");
    expect(reasonOf(code.slice(0, -5))).toBe("form");
    expect(reasonOf(code.replace("AC1", "AH1"))).toBe("form");
    expect(reasonOf("")).toBe("form");
  });
});
