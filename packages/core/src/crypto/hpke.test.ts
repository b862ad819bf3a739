import { readFileSync } from "node:fs";
import {
  AEAD_AES_128_GCM,
  CipherSuite,
  KDF_HKDF_SHA256,
  AEAD_AES_256_GCM,
  KEM_DHKEM_X25519_HKDF_SHA256,
} from "hpke";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, fromHex, toHex } from "../encoding/bytes.ts";
import type { Hex } from "../ids.ts";
import {
  createHpke,
  hpkeBackend,
  hpkeOpen,
  hpkeOver,
  hpkeReceiveExport,
  hpkeSeal,
  hpkeSendExport,
  kemKeyPair,
  kemOf,
} from "./hpke.ts";

type Case<Field extends string> = Readonly<Record<Field, Hex>>;
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../vectors/crypto/${name}.json`, import.meta.url), "utf8"));
const xwing = read("xwing") as { cases: Case<"seed" | "eseed" | "publicKey" | "enc" | "sharedSecret">[] };
const hpke = read("hpke") as {
  suite1: Case<"seed" | "info" | "plaintext" | "enc" | "ciphertext">;
  rfc9180: Case<"seed" | "enc" | "info" | "aad" | "plaintext" | "ciphertext"> & {
    exports: Case<"context" | "secret">[];
  };
};

const random = (length: number): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(length));
const none = new Uint8Array();
const BACKENDS = ["native", "js"] as const;

describe("published vectors", () => {
  it.each(xwing.cases)("X-Wing draft: key pair and decapsulation of seed $seed", async (vector) => {
    expect(toHex((await kemKeyPair(fromHex(vector.seed))).publicKey)).toBe(vector.publicKey);
    for (const backend of BACKENDS) {
      const kem = kemOf(backend)();
      const key = await kem.DeserializePrivateKey(fromHex(vector.seed), false);
      expect(toHex(await kem.Decap(fromHex(vector.enc), key, undefined))).toBe(vector.sharedSecret);
    }
  });

  it.each(BACKENDS)("suite 1 as another implementation sealed it: %s", async (backend) => {
    const { seed, enc, info, ciphertext, plaintext } = hpke.suite1;
    const parts = {
      seed: fromHex(seed),
      enc: fromHex(enc),
      info: fromHex(info),
      aad: none,
      ciphertext: fromHex(ciphertext),
    };
    expect(toHex(await createHpke(backend).hpkeOpen(parts))).toBe(plaintext);
  });

  it("RFC 9180 appendix A.1.1: open and export", async () => {
    const suite = hpkeOver(KEM_DHKEM_X25519_HKDF_SHA256, AEAD_AES_128_GCM);
    const { rfc9180: vector } = hpke;
    const [enc, info, aad, ciphertext] = [vector.enc, vector.info, vector.aad, vector.ciphertext].map(
      fromHex,
    ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const seed = fromHex(vector.seed);
    expect(toHex(await suite.hpkeOpen({ seed, enc, info, aad, ciphertext }))).toBe(vector.plaintext);
    for (const { context, secret } of vector.exports) {
      const parts = { seed, enc, info, exporterContext: fromHex(context), length: 32 };
      expect(toHex(await suite.hpkeReceiveExport(parts))).toBe(secret);
    }
  });

  it("is the suite with the registered ids", () => {
    for (const backend of BACKENDS) {
      const suite = new CipherSuite(kemOf(backend), KDF_HKDF_SHA256, AEAD_AES_256_GCM);
      expect([suite.KEM.id, suite.KDF.id, suite.AEAD.id]).toEqual([0x647a, 1, 2]);
    }
  });
});

describe("backends", () => {
  it.each([
    ["native", "js"],
    ["js", "native"],
  ] as const)("what %s sealed and exported, %s opens", async (from, to) => {
    const { seed, publicKey } = await kemKeyPair(random(32));
    const [info, aad, plaintext, exporterContext] = [random(7), random(5), random(100), random(3)] as const;
    const { enc, ciphertext } = await createHpke(from).hpkeSeal({ publicKey, info, aad, plaintext });
    expect([enc.length, ciphertext.length, publicKey.length]).toEqual([1120, 116, 1216]);
    expect(await createHpke(to).hpkeOpen({ seed, enc, info, aad, ciphertext })).toEqual(plaintext);
    const sent = await createHpke(from).hpkeSendExport({ publicKey, info, exporterContext, length: 48 });
    const received = createHpke(to).hpkeReceiveExport({
      seed,
      enc: sent.enc,
      info,
      exporterContext,
      length: 48,
    });
    expect(await received).toEqual(sent.secret);
  });

  it("uses native ML-KEM on this runtime, and the exports behind it agree", async () => {
    expect(await hpkeBackend()).toBe("native");
    const { seed, publicKey } = await kemKeyPair(random(32));
    const { enc, ciphertext } = await hpkeSeal({ publicKey, info: none, aad: none, plaintext: none });
    expect(await hpkeOpen({ seed, enc, info: none, aad: none, ciphertext })).toEqual(none);
    const sent = await hpkeSendExport({ publicKey, info: none, exporterContext: none, length: 32 });
    const parts = { seed, enc: sent.enc, info: none, exporterContext: none, length: 32 };
    expect(await hpkeReceiveExport(parts)).toEqual(sent.secret);
    expect(await hpkeReceiveExport({ ...parts, info: random(1) })).not.toEqual(sent.secret);
  });
});

describe("refusals", () => {
  it.each(BACKENDS)("%s: any one-bit change of enc, info, aad, ciphertext", async (backend) => {
    const suite = createHpke(backend);
    const { seed, publicKey } = await kemKeyPair(random(32));
    const [info, aad] = [random(8), random(8)] as const;
    const { enc, ciphertext } = await suite.hpkeSeal({ publicKey, info, aad, plaintext: random(16) });
    const all = concatBytes(enc, info, aad, ciphertext);
    // Also the top bit of the X25519 part, which X25519 ignores (RFC 7748 section 5): X-Wing hashes the whole.
    await fc.assert(
      fc.asyncProperty(fc.nat(all.length * 8 - 1), async (bit) => {
        const changed = all.with(bit >> 3, (all[bit >> 3] as number) ^ (1 << (bit & 7)));
        const at = (from: number, to?: number) => changed.slice(from, to);
        const parts = {
          seed,
          enc: at(0, 1120),
          info: at(1120, 1128),
          aad: at(1128, 1136),
          ciphertext: at(1136),
        };
        await expect(suite.hpkeOpen(parts)).rejects.toMatchObject({ code: "hpke-open" });
      }),
      { numRuns: 25 },
    );
    const other = suite.hpkeOpen({ seed: random(32), enc, info, aad, ciphertext });
    await expect(other).rejects.toMatchObject({ code: "hpke-open" });
  });

  it.each(BACKENDS)("%s: keys, lengths and key material of no one", async (backend) => {
    const suite = createHpke(backend);
    const { seed, publicKey } = await kemKeyPair(random(32));
    const rest = {
      info: none,
      aad: none,
      exporterContext: none,
      plaintext: none,
      ciphertext: new Uint8Array(16),
      length: 32,
    };
    const bad = { code: "bad-length" };
    const enc = new Uint8Array(1120);
    await expect(kemKeyPair(random(31))).rejects.toMatchObject(bad);
    await expect(suite.hpkeSeal({ ...rest, publicKey: publicKey.slice(1) })).rejects.toMatchObject(bad);
    await expect(suite.hpkeOpen({ ...rest, seed, enc: enc.slice(1) })).rejects.toMatchObject(bad);
    await expect(suite.hpkeOpen({ ...rest, seed: seed.slice(1), enc })).rejects.toMatchObject(bad);
    await expect(suite.hpkeSendExport({ ...rest, publicKey, length: 0 })).rejects.toMatchObject(bad);
    await expect(suite.hpkeReceiveExport({ ...rest, seed, enc, length: 8161 })).rejects.toMatchObject(bad);
    const invalid = [
      publicKey.slice().fill(255, 0, 2),
      publicKey.slice().fill(255, 1150, 1152),
      publicKey.slice().fill(0, 1184),
    ];
    for (const key of invalid) {
      await expect(suite.hpkeSeal({ ...rest, publicKey: key })).rejects.toMatchObject({
        code: "bad-kem-key",
      });
      await expect(suite.hpkeSendExport({ ...rest, publicKey: key })).rejects.toMatchObject({
        code: "bad-kem-key",
      });
    }
    // The X25519 part is a point of small order.
    await expect(suite.hpkeOpen({ ...rest, seed, enc })).rejects.toMatchObject({ code: "hpke-open" });
  });
});
