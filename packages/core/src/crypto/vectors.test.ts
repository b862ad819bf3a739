import { readFileSync } from "node:fs";
import { sha256 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../encoding/bytes.ts";
import type { Hex } from "../ids.ts";
import { combine } from "./combine.ts";
import { releaseShares, verifyShares } from "./dleq.ts";
import { GBAR } from "./generators.ts";
import { hkdf } from "./kdf.ts";
import { addressOf, publicKeyOf, recoverAddress, sign } from "./secp256k1.ts";
import { openBytes, sealBytes, sealedLength } from "./stream.ts";
import { encapsulate, proveLabel, verifyLabel } from "./tdh2.ts";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../vectors/crypto/${name}.json`, import.meta.url), "utf8"));
const code = (value: string): unknown => expect.objectContaining({ code: value });
const given = (seed: Hex) => () => fromHex(seed);

interface Named {
  readonly name: string;
}
interface Coded extends Named {
  readonly code: string;
}

describe("tdh2.json", () => {
  interface Fields {
    readonly committeeKey: Hex;
    readonly label: Hex;
    readonly r: Hex;
    readonly U: Hex;
    readonly Ubar: Hex;
    readonly proof: Hex;
  }
  const vector = read("tdh2") as Fields & {
    gbar: Hex;
    rSeed: Hex;
    sSeed: Hex;
    G: Hex;
    refused: (Named & Partial<Fields>)[];
    errors: (Coded & Partial<Fields>)[];
  };
  const partsOf = (fields: Fields) => ({
    committeeKey: fromHex(fields.committeeKey),
    label: fromHex(fields.label),
    r: fromHex(fields.r),
    U: fromHex(fields.U),
    Ubar: fromHex(fields.Ubar),
    proof: fromHex(fields.proof),
  });

  it("is what we compute", () => {
    const parts = partsOf(vector);
    expect(toHex(GBAR)).toBe(vector.gbar);
    const made = encapsulate({ committeeKey: parts.committeeKey, random: given(vector.rSeed) });
    expect([made.r, made.U, made.Ubar, made.G].map((bytes) => toHex(bytes))).toEqual([
      vector.r,
      vector.U,
      vector.Ubar,
      vector.G,
    ]);
    expect(toHex(proveLabel({ ...parts, random: given(vector.sSeed) }))).toBe(vector.proof);
    expect(verifyLabel(parts)).toBe(true);
  });

  it.each(vector.refused)("refuses $name", (change) => {
    expect(verifyLabel(partsOf({ ...vector, ...change }))).toBe(false);
  });

  it.each(vector.errors)("$name is $code", (change) => {
    const parts = partsOf({ ...vector, ...change });
    expect(() => proveLabel({ ...parts, random: given(vector.sSeed) })).toThrow(code(change.code));
  });
});

describe("dleq.json", () => {
  interface Fields {
    readonly verificationShare: Hex;
    readonly context: Hex;
    readonly shares: readonly Hex[];
    readonly proof: Hex;
  }
  const vector = read("dleq") as {
    points: Hex[];
    context: Hex;
    kSeed: Hex;
    custodians: (Fields & { index: number; share: Hex })[];
    combined: Hex[];
    refused: (Named & Partial<Fields>)[];
    badShareSets: (Coded & { indexes: number[]; threshold: number })[];
  };
  const points = vector.points.map(fromHex);
  const partsOf = (fields: Fields) => ({
    verificationShare: fromHex(fields.verificationShare),
    points,
    shares: fields.shares.map(fromHex),
    context: fromHex(fields.context),
    proof: fromHex(fields.proof),
  });

  it.each(vector.custodians)("custodian $index releases what we compute", (custodian) => {
    const parts = partsOf({ ...custodian, context: vector.context });
    const released = releaseShares({
      ...parts,
      share: fromHex(custodian.share),
      random: given(vector.kSeed),
    });
    expect(released.shares.map((share) => toHex(share))).toEqual(custodian.shares);
    expect(toHex(released.proof)).toBe(custodian.proof);
    expect(verifyShares(parts)).toBe(true);
  });

  it("combines from any two of three", () => {
    for (const pair of [
      [0, 1],
      [2, 0],
      [1, 2],
    ]) {
      const combined = points.map((_, j) => {
        const used = pair.map((i) => vector.custodians[i] as (typeof vector.custodians)[0]);
        const shares = used.map(({ index, shares: own }) => ({ index, point: fromHex(own[j] as Hex) }));
        return toHex(combine({ threshold: 2, shares }));
      });
      expect(combined).toEqual(vector.combined);
    }
  });

  it.each(vector.refused)("refuses $name", (change) => {
    const first = vector.custodians[0] as (typeof vector.custodians)[0];
    expect(verifyShares(partsOf({ ...first, context: vector.context, ...change }))).toBe(false);
  });

  it.each(vector.badShareSets)("$name is $code", ({ threshold, indexes, code: expected }) => {
    const shares = indexes.map((index) => ({ index, point: points[0] as Uint8Array }));
    expect(() => combine({ threshold, shares })).toThrow(code(expected));
  });
});

describe("stream.json", () => {
  const vector = read("stream") as {
    key: Hex;
    plaintext: Hex;
    sealed: Hex;
    lengths: { length: number; sealedLength: number; sha256: Hex }[];
    refused: (Coded & { sealed: Hex })[];
  };
  const key = fromHex(vector.key);

  it("is what we compute", async () => {
    expect(toHex(await sealBytes(key, fromHex(vector.plaintext)))).toBe(vector.sealed);
    expect(toHex(await openBytes(key, fromHex(vector.sealed)))).toBe(vector.plaintext);
  });

  it.each(vector.lengths)("$length bytes", async ({ length, sealedLength: expected, sha256: digest }) => {
    const sealed = await sealBytes(
      key,
      Uint8Array.from({ length }, (_, i) => i % 251),
    );
    expect([sealed.length, sealedLength(length)]).toEqual([expected, expected]);
    expect(toHex(sha256(sealed))).toBe(digest);
  });

  it.each(vector.refused)("$name is $code", async ({ sealed, code: expected }) => {
    await expect(openBytes(key, fromHex(sealed))).rejects.toMatchObject({ code: expected });
  });
});

describe("kdf.json", () => {
  const vector = read("kdf") as {
    cases: { ikm: Hex; salt?: Hex; info: Hex; length: number; output: Hex }[];
    errors: { length: number; code: string }[];
  };

  it.each(vector.cases)("$output", ({ ikm, salt, info, length, output }) => {
    const options = { info: fromHex(info), length, ...(salt === undefined ? {} : { salt: fromHex(salt) }) };
    expect(toHex(hkdf(fromHex(ikm), options))).toBe(output);
  });

  it.each(vector.errors)("a length of $length is $code", ({ length, code: expected }) => {
    expect(() => hkdf(new Uint8Array(32), { info: new Uint8Array(), length })).toThrow(code(expected));
  });
});

describe("signature.json", () => {
  const vector = read("signature") as {
    secret: Hex;
    publicKey: Hex;
    address: Hex;
    digest: Hex;
    signature: Hex;
    refused: (Coded & { signature: Hex })[];
  };
  const digest = fromHex(vector.digest);

  it("is what we compute", () => {
    const secret = fromHex(vector.secret);
    expect(toHex(publicKeyOf(secret))).toBe(vector.publicKey);
    expect(addressOf(publicKeyOf(secret))).toBe(vector.address);
    expect(toHex(sign(digest, secret))).toBe(vector.signature);
    expect(recoverAddress(digest, fromHex(vector.signature))).toBe(vector.address);
  });

  it.each(vector.refused)("$name is $code", ({ signature, code: expected }) => {
    expect(() => recoverAddress(digest, fromHex(signature))).toThrow(code(expected));
  });
});
