import { aesGcmOpen, aesGcmSeal } from "@anamnesis/core/crypto/aead";
import { hkdf } from "@anamnesis/core/crypto/kdf";
import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { browserRuntime } from "./runtime.ts";
import { keepSeen, keptSeen } from "./seenStore.ts";
import { session } from "./session.ts";

export interface SealedMemory<T> {
  /** `null`: nothing is kept, or what is kept was sealed by nobody of this account. */
  read(): Promise<T | null>;
  keep(value: T): Promise<void>;
}

/**
 * What a person has seen is kept in this browser alone, sealed under a key from the vault's: the vault itself is saved when keys change, and a node has no business with it. Another browser begins
 * anew. Throws `locked`.
 *
 * @param name of the memory: a label of its key, and with the account its place.
 */
export function sealedMemory<T>(name: string): SealedMemory<T> {
  const { account, key } = session().vault;
  const label = utf8ToBytes(`anamnesis-portal-${name}`);
  const place = name === "seen" ? toHex(account) : `${toHex(account)} ${name}`;
  const own = hkdf(key, { salt: account, info: label, length: 32 });
  return {
    async read() {
      const kept = await keptSeen(place);
      if (kept === null) return null;
      try {
        return JSON.parse(
          new TextDecoder().decode(await aesGcmOpen(own, kept.nonce, kept.sealed, label)),
        ) as T;
      } catch {
        return null;
      }
    },
    async keep(value) {
      const nonce = browserRuntime.random(12);
      const sealed = await aesGcmSeal(own, nonce, utf8ToBytes(JSON.stringify(value)), label);
      await keepSeen(place, { nonce, sealed });
    },
  };
}
