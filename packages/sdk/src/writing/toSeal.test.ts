import { MAX_OWNERS_CONTENT } from "@anamnesis/api/routes/exchange";
import { padmeLength } from "@anamnesis/core/crypto/padme";
import { sealedLength } from "@anamnesis/core/crypto/stream";
import { MOST_UPLOAD, writeUpload } from "@anamnesis/fhir/write/upload";
import { describe, expect, it } from "vitest";
import { toSeal } from "./toSeal.ts";

const written = {
  id: "7c1c8f2a-6c8b-4a55-9f0a-1a2b3c4d5e6f",
  time: "2026-01-01T10:00:00Z",
  patient: { reference: null, record: null },
  title: "\u{1F600}".repeat(100),
  fileName: "scan.pdf",
};

describe("a file that a patient adds", () => {
  it("fits, at its largest, into what a node takes from an owner, and no larger one is made", () => {
    const bytes = new Uint8Array(MOST_UPLOAD).fill(255);
    const { bytes: content } = toSeal(writeUpload({ ...written, bytes }), "general", "draft", null);
    const { length } = content as Uint8Array;
    // Beside the content stands its media type and where it comes from, some hundred bytes.
    expect(sealedLength(padmeLength(length + 1024))).toBeLessThan(MAX_OWNERS_CONTENT);
    const larger = new Uint8Array(MOST_UPLOAD + 1);
    expect(() => writeUpload({ ...written, bytes: larger })).toThrow(
      expect.objectContaining({ code: "bad-writing" }),
    );
  });
});
