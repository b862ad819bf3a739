import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, fromHex, toHex } from "../encoding/bytes.ts";
import { aesGcmOpen, aesGcmSeal } from "./aead.ts";

// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", appendix B, test cases 13, 14 and 16.
const KEY = fromHex("0xfeffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
const CASES = [
  {
    key: new Uint8Array(32),
    nonce: new Uint8Array(12),
    plaintext: "0x",
    aad: "0x",
    sealed: "0x530f8afbc74536b9a963b4f1c4cb738b",
  },
  {
    key: new Uint8Array(32),
    nonce: new Uint8Array(12),
    plaintext: "0x00000000000000000000000000000000",
    aad: "0x",
    sealed: "0xcea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
  },
  {
    key: KEY,
    nonce: fromHex("0xcafebabefacedbaddecaf888"),
    plaintext:
      "0xd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    aad: "0xfeedfacedeadbeeffeedfacedeadbeefabaddad2",
    sealed:
      "0x522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
  },
] as const;

describe("AES-256-GCM", () => {
  it.each(CASES)("gives the published ciphertext $sealed", async ({ key, nonce, plaintext, aad, sealed }) => {
    expect(toHex(await aesGcmSeal(key, nonce, fromHex(plaintext), fromHex(aad)))).toBe(sealed);
    expect(toHex(await aesGcmOpen(key, nonce, fromHex(sealed), fromHex(aad)))).toBe(plaintext);
  });

  it("refuses any one-bit change", async () => {
    const nonce = new Uint8Array(12);
    const aad = new Uint8Array(5);
    const sealed = await aesGcmSeal(KEY, nonce, new Uint8Array(20), aad);
    const all = concatBytes(KEY, nonce, sealed, aad);
    await fc.assert(
      fc.asyncProperty(fc.nat(all.length * 8 - 1), async (bit) => {
        const changed = all.with(bit >> 3, (all[bit >> 3] as number) ^ (1 << (bit & 7)));
        const parts = [
          changed.slice(0, 32),
          changed.slice(32, 44),
          changed.slice(44, 80),
          changed.slice(80),
        ] as const;
        await expect(aesGcmOpen(...parts)).rejects.toMatchObject({ code: "aead-open" });
      }),
      { numRuns: 50 },
    );
  });

  it("checks lengths before it works", async () => {
    const none = new Uint8Array();
    const bad = { code: "bad-length" };
    await expect(aesGcmSeal(new Uint8Array(16), new Uint8Array(12), none, none)).rejects.toMatchObject(bad);
    await expect(aesGcmSeal(KEY, new Uint8Array(16), none, none)).rejects.toMatchObject(bad);
    await expect(aesGcmOpen(KEY, none, none, none)).rejects.toMatchObject(bad);
    await expect(aesGcmOpen(KEY, new Uint8Array(12), none, none)).rejects.toMatchObject({
      code: "aead-open",
    });
  });
});
