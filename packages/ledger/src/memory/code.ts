import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { domainHashHex } from "@anamnesis/core/encoding/hash";
import type { Address, Hash32 } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";

/** Made up: there is code at the ledger's own contracts and nowhere else. */
export function codeHashOf(identity: LedgerIdentity, target: Address): Hash32 | null {
  if (!Object.values(identity.contracts).includes(target)) return null;
  return domainHashHex("anamnesis/memory-code/1", utf8ToBytes(target));
}
