import { secp256k1, secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, fromHex, toHex, utf8ToBytes } from "../encoding/bytes.ts";
import { parseAddress } from "../ids.ts";
import { G } from "./generators.ts";
import {
  addressOf,
  hashToScalar,
  parsePoint,
  parseScalar,
  publicKeyOf,
  recoverAddress,
  scalarBytes,
  scalarFromSeed,
  sign,
  verifyBy,
} from "./secp256k1.ts";

const N = secp256k1.Point.Fn.ORDER;
const ONE = scalarBytes(1n);
const code = (value: string): unknown => expect.objectContaining({ code: value });

describe("secp256k1", () => {
  it("gives the published address of the secret 1", () => {
    expect(publicKeyOf(ONE)).toEqual(G);
    expect(addressOf(G)).toBe("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
  });

  it("gives the published RFC 6979 signature, and the signer back", () => {
    const digest = sha256(utf8ToBytes("Satoshi Nakamoto"));
    const signature = sign(digest, ONE);
    expect(toHex(signature.slice(0, 64))).toBe(
      "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
    );
    expect([27, 28]).toContain(signature[64]);
    expect(recoverAddress(digest, signature)).toBe("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
    expect(verifyBy(digest, signature, addressOf(G))).toBe(true);
    expect(verifyBy(sha256(digest), signature, addressOf(G))).toBe(false);
  });

  it("hashes to the curve as RFC 9380 appendix J.8.1 says", () => {
    const DST = utf8ToBytes("QUUX-V01-CS02-with-secp256k1_XMD:SHA-256_SSWU_RO_");
    const point = secp256k1_hasher.hashToCurve(new Uint8Array(), { DST });
    expect(toHex(point.toBytes(true).slice(1))).toBe(
      "0xc1cae290e291aee617ebaef1be6d73861479c48b841eaba9b7b5852ddfeb1346",
    );
  });

  it("refuses malformed signatures, and the high s of a good one", () => {
    const digest = sha256(Uint8Array.of(1));
    const signature = sign(digest, ONE);
    const s = secp256k1.Point.Fn.fromBytes(signature.slice(32, 64));
    const high = concatBytes(
      signature.slice(0, 32),
      scalarBytes(N - s),
      Uint8Array.of(55 - (signature[64] as number)),
    );
    for (const wrong of [
      high,
      signature.slice(0, 64),
      signature.with(64, 0),
      signature.with(64, 29),
      signature.slice().fill(0, 0, 32),
      signature.slice().fill(0, 32, 64),
      signature.slice().fill(255, 0, 32),
    ]) {
      expect(() => recoverAddress(digest, wrong)).toThrow(code("bad-signature"));
      expect(verifyBy(digest, wrong, addressOf(G))).toBe(false);
    }
    expect(() => recoverAddress(digest.slice(1), signature)).toThrow(code("bad-length"));
    expect(() => sign(digest.slice(1), ONE)).toThrow(code("bad-length"));
    expect(verifyBy(digest, signature, parseAddress(`0x${"00".repeat(20)}`))).toBe(false);
  });

  it("signs and recovers for any key", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(48), bytes(32), fc.nat(511), (seed, digest, bit) => {
        const secret = scalarFromSeed(seed);
        const signature = sign(digest, secret);
        const address = addressOf(publicKeyOf(secret));
        expect(recoverAddress(digest, signature)).toBe(address);
        const changed = signature.with(bit >> 3, (signature[bit >> 3] as number) ^ (1 << (bit & 7)));
        expect(verifyBy(digest, changed, address)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it("parses points and scalars strictly", () => {
    const uncompressed = secp256k1.Point.BASE.toBytes(false);
    const offCurve = G.slice().fill(0, 1).fill(5, 32);
    for (const wrong of [
      uncompressed,
      new Uint8Array(33),
      new Uint8Array(1),
      offCurve,
      G.with(0, 4),
      G.slice().fill(255, 1),
    ]) {
      expect(() => parsePoint(wrong)).toThrow(code("bad-point"));
    }
    for (const wrong of [
      new Uint8Array(32),
      fromHex(`0x${N.toString(16)}`),
      new Uint8Array(32).fill(255),
      new Uint8Array(31),
    ]) {
      expect(() => parseScalar(wrong)).toThrow(code("bad-scalar"));
      expect(() => publicKeyOf(wrong)).toThrow(code("bad-scalar"));
    }
    expect(parseScalar(scalarBytes(N - 1n))).toEqual(scalarBytes(N - 1n));
  });

  it("reduces wide seeds and separates domains", () => {
    expect(scalarFromSeed(new Uint8Array(48))).toEqual(ONE);
    expect(scalarFromSeed(concatBytes(new Uint8Array(16), scalarBytes(N - 1n)))).toEqual(ONE);
    expect(() => scalarFromSeed(new Uint8Array(32))).toThrow(code("bad-length"));
    const message = Uint8Array.of(1, 2, 3);
    expect(hashToScalar("a/1", message)).not.toEqual(hashToScalar("a/2", message));
  });
});
