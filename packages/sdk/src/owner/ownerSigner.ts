import { sign } from "@anamnesis/core/crypto/secp256k1";
import { type TypedData, typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import type { PatientKeys } from "../keys/patientKeys.ts";

/**
 * Signs in the name of a segment's owner: 65 bytes r ‖ s ‖ v over the EIP-712 digest of `data`. MUST resolve only with a signature that recovers to that owner, and MUST NOT
 * sign anything that was not asked of it.
 */
export type OwnerSigner = (kind: SegmentKind, data: TypedData) => Promise<Uint8Array>;

/** The device's own keys: what the root gives for each kind. */
export function deviceSigner({ root }: Pick<PatientKeys, "root">): OwnerSigner {
  return async (kind, data) => sign(typedDataDigest(data), ownerKeyOf(root, kind).secret);
}
