import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type AesKey,
  aesGcmOpenWith,
  aesGcmSeal,
  aesGcmSealWith,
  importAesKey,
  useAesBackend,
} from "@anamnesis/core/crypto/aead";
import { nativeAesGcm } from "./aesGcm.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const message = fc.record({
  key: bytes(32),
  nonce: bytes(12),
  plaintext: fc.uint8Array({ maxLength: 300 }),
  aad: fc.uint8Array({ maxLength: 60 }),
});

/** What core uses by itself, before anything else is plugged in. */
const webCrypto = await importAesKey(new Uint8Array(32));
const zeros = nativeAesGcm(new Uint8Array(32)) as AesKey;

it("gives the ciphertexts of WebCrypto and opens them", async () => {
  await fc.assert(
    fc.asyncProperty(message, async ({ key, nonce, plaintext, aad }) => {
      const sealed = await aesGcmSeal(key, nonce, plaintext, aad);
      const native = await nativeAesGcm(key);
      expect(await native.seal(nonce, plaintext, aad)).toEqual(sealed);
      expect(await native.open(nonce, sealed, aad)).toEqual(plaintext);
    }),
    { numRuns: 60 },
  );
});

it("opens nothing of which one bit is another", async () => {
  await fc.assert(
    fc.asyncProperty(message, fc.nat(), async ({ nonce, plaintext, aad }, place) => {
      const sealed = await aesGcmSealWith(zeros, nonce, plaintext, aad);
      const bit = place % (sealed.length * 8);
      const changed = sealed.with(bit >> 3, (sealed[bit >> 3] as number) ^ (1 << (bit & 7)));
      expect(await zeros.open(nonce, changed, aad)).toBeNull();
      expect(await zeros.open(nonce.with(0, (nonce[0] as number) ^ 1), sealed, aad)).toBeNull();
      expect(await zeros.open(nonce, sealed, Uint8Array.of(...aad, 0))).toBeNull();
      expect(await zeros.open(nonce, sealed.subarray(0, sealed.length - 1), aad)).toBeNull();
    }),
    { numRuns: 60 },
  );
});

it("keeps its own copy of the key", async () => {
  const key = new Uint8Array(32).fill(9);
  const kept = await nativeAesGcm(key);
  const sealed = await kept.seal(new Uint8Array(12), Uint8Array.of(1, 2), new Uint8Array());
  key.fill(0);
  expect(await kept.open(new Uint8Array(12), sealed, new Uint8Array())).toEqual(Uint8Array.of(1, 2));
});

it("refuses through core with the code of every other implementation", async () => {
  const none = new Uint8Array();
  for (const key of [zeros, webCrypto]) {
    await expect(aesGcmOpenWith(key, new Uint8Array(12), new Uint8Array(15), none)).rejects.toMatchObject({
      code: "aead-open",
    });
    await expect(aesGcmOpenWith(key, new Uint8Array(12), new Uint8Array(40), none)).rejects.toMatchObject({
      code: "aead-open",
    });
  }
  useAesBackend(nativeAesGcm);
  const plugged = await aesGcmSeal(new Uint8Array(32), new Uint8Array(12), Uint8Array.of(5), none);
  expect(plugged).toEqual(await webCrypto.seal(new Uint8Array(12), Uint8Array.of(5), none));
});
