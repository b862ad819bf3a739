import { encodeCbor, decodeCbor, type CborValue } from "@anamnesis/core/encoding/cbor";
import { concatBytes, fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import type { Hex } from "@anamnesis/core/ids";
import { type FormatExample, formatExamples } from "./formatExamples.ts";

export interface FormatVectors {
  readonly about: string;
  readonly valid: readonly {
    readonly kind: string;
    readonly bytes: Hex;
    readonly digest: Hex;
    readonly cid: string;
  }[];
  readonly refused: readonly {
    readonly kind: string;
    readonly why: string;
    readonly bytes: Hex;
    readonly code: string;
  }[];
}

/** Names that later versions will use; a structure of version 1 that carries one is refused. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  content: ["practitioner"],
};

type Frame = readonly [number, number, string, Readonly<Record<string, CborValue>>];

function frameOf(example: FormatExample): Frame {
  return decodeCbor(example.format.encode(example.value as never)) as unknown as Frame;
}

function refusals(example: FormatExample): FormatVectors["refused"] {
  const { kind } = example.format;
  const [version, suite, name, fields] = frameOf(example);
  const encoded = example.format.encode(example.value as never);
  const first = Object.keys(fields)[0] as string;
  const { [first]: _, ...rest } = fields;
  const refused = (
    why: string,
    code: string,
    value: CborValue | Uint8Array,
  ): FormatVectors["refused"][number] => ({
    kind,
    why,
    bytes: toHex(value instanceof Uint8Array ? value : encodeCbor(value)),
    code,
  });
  return [
    refused("another version", "unknown-version", [version + 1, suite, name, fields]),
    refused("another suite", "unknown-suite", [version, suite + 1, name, fields]),
    refused("another kind", "unexpected-kind", [version, suite, `${name}x`, fields]),
    refused("an element too many", "unexpected-kind", [version, suite, name, fields, null]),
    refused("an unknown field", "unknown-field", [version, suite, name, { ...fields, zz: 1 }]),
    refused("a field missing", "missing-field", [version, suite, name, rest]),
    ...(RESERVED[kind] ?? []).map((field) =>
      refused(`the reserved field ${field}`, "reserved-field", [
        version,
        suite,
        name,
        { ...fields, [field]: null },
      ]),
    ),
    // 0x84 0x01 …: the version as a longer integer, 0x18 0x01.
    refused("a longer integer", "not-canonical", concatBytes(fromHex("0x841801"), encoded.subarray(2))),
    refused(
      "an indefinite array",
      "not-canonical",
      concatBytes(fromHex("0x9f"), encoded.subarray(1), fromHex("0xff")),
    ),
    refused("bytes after the end", "not-canonical", concatBytes(encoded, new Uint8Array(1))),
  ];
}

/** What vectors/formats.json holds. */
export async function formatVectors(): Promise<FormatVectors> {
  const examples = await formatExamples();
  return {
    about:
      "Every structure of version 1, suite 1: one value each, and encodings that a decoder must refuse with exactly this code. Ciphertexts and encapsulations are filler.",
    valid: examples.map(({ format, value }) => ({
      kind: format.kind,
      bytes: toHex(format.encode(value as never)),
      digest: format.digest(value as never),
      cid: format.cid(value as never),
    })),
    refused: examples.flatMap(refusals),
  };
}
