import type { Address, Digest } from "@anamnesis/core/ids";
import type { KeyCard } from "@anamnesis/core/actor/keyCard";

/** What the node does with its organisation's keys; the secrets stay inside. */
export interface NodeKeys {
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
