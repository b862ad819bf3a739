import { publicKeyOf, scalarBytes, scalarFromSeed, scalarOf } from "@anamnesis/core/crypto/secp256k1";
import type { CommitteeKeyId } from "@anamnesis/core/ids";
import { domainHashHex } from "@anamnesis/core/encoding/hash";

export interface TestCustodian {
  readonly index: number;
  readonly share: Uint8Array;
  readonly verificationShare: Uint8Array;
}

export interface TestCommittee {
  readonly id: CommitteeKeyId;
  readonly publicKey: Uint8Array;
  readonly threshold: number;
  readonly custodians: readonly TestCustodian[];
}

/** A committee whose key a single dealer split: the shape of one that a DKG made, for tests that are not about the DKG. */
export function dealCommittee(
  random: (length: number) => Uint8Array,
  threshold: number,
  members: number,
): TestCommittee {
  const coefficients = Array.from({ length: threshold }, () => scalarOf(scalarFromSeed(random(48))));
  const at = (x: number): Uint8Array =>
    scalarBytes(coefficients.reduceRight((sum, coefficient) => sum * BigInt(x) + coefficient, 0n));
  const publicKey = publicKeyOf(at(0));
  const custodians = Array.from({ length: members }, (_, i) => {
    const share = at(i + 1);
    return { index: i + 1, share, verificationShare: publicKeyOf(share) };
  });
  return { id: domainHashHex<CommitteeKeyId>("test/committee", publicKey), publicKey, threshold, custodians };
}
