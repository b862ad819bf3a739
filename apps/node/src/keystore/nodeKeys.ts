import type { Address, Digest, OrganisationId } from "@anamnesis/core/ids";
import type { KeyCard } from "@anamnesis/core/actor/keyCard";

/**
 * What the node does with its organisation's keys; the secrets stay inside. Card, account and signatures are those of the keys in use:
 * the first ones until `use` names others.
 */
export interface NodeKeys {
  /** Digest of the first card, whichever keys are in use. */
  readonly organisation: OrganisationId;
  /** Cards of all keys in the keystore, the first one first; the last one may be in no use yet. */
  readonly cards: readonly KeyCard[];
  /** Accounts of all of them. */
  readonly accounts: ReadonlySet<Address>;
  /** Takes the keys of the card with this digest into use, for all that hold this object. False when the keystore does not have them. */
  readonly use: (keyCard: Digest) => boolean;
  readonly card: KeyCard;
  readonly cardDigest: Digest;
  readonly address: Address;
  /** secp256k1 over 32 bytes: 65 bytes r ‖ s ‖ v. Intents and headers. */
  readonly signDigest: (digest: Uint8Array) => Uint8Array;
  /** Ed25519: 64 bytes. HTTP requests, log heads, custodian's answers. */
  readonly signMessage: (message: Uint8Array) => Uint8Array;
  /** X-Wing seed of the key card's `kem`, 32 bytes. */
  readonly kemSeed: Uint8Array;
  /** Secret of the log's segment tags, 32 bytes. */
  readonly tagSecret: Uint8Array;
  /** Key under which the custody share is kept on disk, 32 bytes. */
  readonly custodySecret: Uint8Array;
  /** secp256k1 secret of the account that relays to the ledger, 32 bytes; it has no rights of its own. */
  readonly relayerSecret: Uint8Array;
}
