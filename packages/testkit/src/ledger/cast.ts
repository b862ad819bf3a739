import { addressOf, publicKeyOf, scalarFromSeed, sign } from "@anamnesis/core/crypto/secp256k1";
import { domainHash, domainHashHex } from "@anamnesis/core/encoding/hash";
import { concatBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { Address, Hash32, OrganisationId } from "@anamnesis/core/ids";
import {
  type Intent,
  intentDigest,
  type LedgerIdentity,
  type SignedIntent,
} from "@anamnesis/core/ledger/intents";
import type { MemberKind } from "@anamnesis/core/ports/ledger";
import type { GenesisMember } from "./fixture.ts";

/** Someone with a key, made from a name: the same in every run. */
export interface Signer {
  readonly secret: Uint8Array;
  readonly address: Address;
}

export interface Organisation extends Signer {
  readonly id: OrganisationId;
}

/** 32 bytes that stand for something, made from its name. */
export function named<T extends Hash32>(name: string): T {
  return domainHashHex<T>("anamnesis/test-id/1", utf8ToBytes(name));
}

export function signerNamed(name: string): Signer {
  const half = domainHash("anamnesis/test-key/1", utf8ToBytes(name));
  const secret = scalarFromSeed(concatBytes(half, half.subarray(0, 16)));
  return { secret, address: addressOf(publicKeyOf(secret)) };
}

export function organisationNamed(name: string): Organisation {
  return { ...signerNamed(name), id: named<OrganisationId>(name) };
}

export function genesisMember(
  organisation: Organisation,
  name: string,
  kind: MemberKind,
  custodian: boolean,
): GenesisMember {
  return {
    organisation: organisation.id,
    kind,
    signer: organisation.address,
    keyCard: named(`key card of ${name}`),
    custodian,
    name,
    endpoint: "http://127.0.0.1:1",
  };
}

export function signIntent(
  identity: LedgerIdentity,
  intent: Intent,
  ...signers: readonly Signer[]
): SignedIntent {
  const digest = intentDigest(identity, intent);
  return { intent, signatures: signers.map(({ secret }) => sign(digest, secret)) };
}
