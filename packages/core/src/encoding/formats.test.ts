import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatExamples } from "@anamnesis/testkit/core/formatExamples";
import { type FormatVectors, formatVectors } from "@anamnesis/testkit/core/formatVectors";
import { isAnamnesisError } from "../errors.ts";
import { fromHex, toHex } from "./bytes.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../../../../vectors/formats.json", import.meta.url), "utf8"),
) as FormatVectors;
const examples = new Map((await formatExamples()).map((example) => [example.format.kind, example]));

function formatOf(kind: string): NonNullable<ReturnType<typeof examples.get>>["format"] {
  const example = examples.get(kind);
  if (example === undefined) throw new TypeError(`no structure ${kind}`);
  return example.format;
}

describe("vectors/formats.json", () => {
  it("is what `npm run vectors` writes", async () => {
    expect(await formatVectors()).toEqual(vectors);
  });

  it.each(vectors.valid)("$kind decodes and encodes to the same bytes", ({ kind, bytes, digest, cid }) => {
    const format = formatOf(kind);
    const value = format.decode(fromHex(bytes));
    expect(toHex(format.encode(value))).toBe(bytes);
    expect(format.digest(value)).toBe(digest);
    expect(format.cid(value)).toBe(cid);
  });

  it("covers every structure with every kind of refusal", () => {
    expect(new Set(vectors.refused.map(({ kind }) => kind))).toEqual(new Set(examples.keys()));
    expect(new Set(vectors.refused.map(({ code }) => code))).toEqual(
      new Set([
        "unknown-version",
        "unknown-suite",
        "unexpected-kind",
        "unknown-field",
        "missing-field",
        "reserved-field",
        "not-canonical",
      ]),
    );
  });

  it.each(vectors.refused)("$kind with $why is refused with $code", ({ kind, bytes, code }) => {
    let found = "decoded";
    try {
      formatOf(kind).decode(fromHex(bytes));
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
      found = error.code;
    }
    expect(found).toBe(code);
  });

  it.each([...examples.values()])("a $format.kind that is too large is not even read", ({ format }) => {
    expect(() => format.decode(new Uint8Array(format.maxBytes + 1))).toThrow(
      expect.objectContaining({ code: "too-large" }) as Error,
    );
  });
});
