import { createHash } from "node:crypto";
import fc from "fast-check";
import { CID } from "multiformats/cid";
import * as MultihashDigest from "multiformats/hashes/digest";
import { describe, expect, it } from "vitest";
import {
  cidDigest,
  CidHasher,
  cidFromCbor,
  cidFromDigest,
  cidOf,
  cidToCbor,
  CODEC_DAG_CBOR,
  CODEC_RAW,
  parseCid,
} from "./cid.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const codec = fc.constantFrom(CODEC_RAW, CODEC_DAG_CBOR);
const badCid = expect.objectContaining({ code: "bad-cid" }) as Error;

describe("a CID", () => {
  it("is the text that the library gives, and leads back to its digest", () => {
    fc.assert(
      fc.property(digest, codec, (bytes, of) => {
        const text = cidFromDigest(bytes, of);
        expect(text).toBe(CID.createV1(of, MultihashDigest.create(0x12, bytes)).toString());
        expect(parseCid(text)).toBe(text);
        expect(cidDigest(text)).toEqual(bytes);
        expect(cidToCbor(text).bytes).toEqual(CID.parse(text).bytes);
        expect(cidFromCbor(decodeCbor(encodeCbor(cidToCbor(text))))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it("is of the bytes' SHA-256, whether they come at once or in pieces", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), fc.nat(700), (bytes, cut) => {
        const hash = Uint8Array.from(createHash("sha256").update(bytes).digest());
        const hasher = new CidHasher().update(bytes.subarray(0, cut)).update(bytes.subarray(cut));
        expect(cidDigest(cidOf(bytes, CODEC_RAW))).toEqual(hash);
        expect(hasher.cid(CODEC_RAW)).toBe(cidOf(bytes, CODEC_RAW));
      }),
    );
  });

  const text = cidFromDigest(new Uint8Array(32).fill(0xa5), CODEC_RAW);
  const other = (version: number, code: number, hash: number, length: number): string =>
    CID.create(version as 1, code, MultihashDigest.create(hash, new Uint8Array(length))).toString();

  it.each([
    ["one letter less", text.slice(0, -1)],
    ["one more", `${text}a`],
    ["a letter that is none of base32", text.replace(/.$/, "1")],
    ["a letter beyond ASCII", text.replace(/.$/, "ä")],
    ["capital letters", text.toUpperCase()],
    ["bits behind the digest", text.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1))],
    ["another codec", other(1, 0x70, 0x12, 32)],
    ["another hash", other(1, 0x55, 0x1e, 32)],
    ["a shorter digest", other(1, 0x55, 0x12, 31)],
    ["version 0", CID.createV0(MultihashDigest.create(0x12, new Uint8Array(32)) as never).toString()],
    ["nothing", ""],
  ])("is refused with %s", (_, wrong) => {
    expect(() => parseCid(wrong)).toThrow(badCid);
    expect(() => cidToCbor(wrong as never)).toThrow(badCid);
  });

  it("is refused in CBOR with another codec or hash", () => {
    for (const wrong of [other(1, 0x70, 0x12, 32), other(1, 0x55, 0x1e, 32)]) {
      const { bytes } = CID.parse(wrong);
      expect(() => cidFromCbor(decodeCbor(encodeCbor({ "/": bytes, bytes })))).toThrow(badCid);
    }
    expect(() => cidFromCbor("text")).toThrow(badCid);
  });
});
