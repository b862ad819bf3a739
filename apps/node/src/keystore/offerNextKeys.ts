import { join } from "node:path";
import type { KeyOffer } from "@anamnesis/api/routes/consortium";
import { type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { addressOf } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { Digest } from "@anamnesis/core/ids";
import { ledgerDomain, type LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { acceptKeyTypedData } from "@anamnesis/core/ledger/proposal";
import { NODE_FILES } from "../nodeFiles.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { addNextKeys, openKeystore } from "./keystore.ts";

export interface OfferNextKeysOptions {
  /** The node's data folder, which has its keys. */
  readonly dataDir: string;
  readonly passphrase: string;
  /** Which ledger the offer is for; it counts on no other. */
  readonly identity: LedgerIdentity;
  /** Cards that the organisation has or had on that ledger. */
  readonly known: ReadonlySet<Digest>;
  /** log2 of scrypt's work; lower in tests alone. */
  readonly workFactor?: number;
}

/**
 * The keys that the organisation shall have next, with their consent. They are made once: as long as the ledger does not name the last
 * ones of the keystore, those are offered again. On disk when it resolves. Throws what opening the keystore throws, and
 * `too-many-keys`.
 */
export async function offerNextKeys(options: OfferNextKeysOptions): Promise<KeyOffer> {
  const { dataDir, passphrase, identity, known, workFactor } = options;
  const path = join(dataDir, NODE_FILES.keystore);
  const opened = await openKeystore(path, passphrase);
  const last = opened.cards.at(-1) as KeyCard;
  const isNext = opened.cards.length > 1 && !known.has(keyCardDigest(last));
  const random = (length: number): Uint8Array => systemRandom.bytes(length);
  const work = workFactor === undefined ? {} : { workFactor };
  const keys = isNext ? opened : await addNextKeys({ path, passphrase, random, ...work });
  const card = keys.cards.at(-1) as KeyCard;
  keys.use(keyCardDigest(card));
  const { organisation } = keys;
  const key = { organisation, signer: addressOf(card.secp256k1), keyCard: keyCardDigest(card) };
  const digest = typedDataDigest(acceptKeyTypedData(ledgerDomain(identity, "consortium"), key));
  return { organisation, keyCard: card, acceptance: keys.signDigest(digest) };
}
