import { fhirLoginRoutes } from "@anamnesis/api/routes/fhirLogin";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hash32, OrganisationId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { type OwnerLogin, ownerLoginDigest } from "@anamnesis/core/segment/ownerLogin";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { type PatientKeys, segmentOf } from "./keys/patientKeys.ts";
import { patientClient } from "./patientClient.ts";
import type { Runtime } from "./runtime.ts";

export interface PatientLoginParameters {
  readonly runtime: Runtime;
  readonly keys: PatientKeys;
  /** Segments about which the program may ask. The node sees that those of one login are one patient's: log in for each by itself where it does not know that yet. */
  readonly kinds: readonly SegmentKind[];
  /** The node at whose page the login is under way. */
  readonly node: { readonly endpoint: string; readonly organisation: OrganisationId };
  /** As the page shows them: the challenge, the program's client id and its scopes with a space between. */
  readonly challenge: Hash32;
  readonly client: string;
  readonly scope: string;
}

/**
 * Signs a login at a node's FHIR server, so that one program may ask there in the patient's name, for as long as its token is good: who looked (`patient/AuditEvent.rs`) and consents
 * (`patient/Consent.crs`). What is signed names node, program and scopes, so that a challenge that somebody else passed on is of no use for anything else.
 *
 * Throws `unknown-segment`, `bad-owner-login` (the ledger has another owner), `not-found` (no such login, answered already, other scopes), `custody-not-ready`.
 */
export async function signPatientLogin(parameters: PatientLoginParameters): Promise<void> {
  const { runtime, keys, kinds, node, challenge, client, scope } = parameters;
  const logins = kinds.map((kind): OwnerLogin => {
    const { opening, wallet } = segmentOf(keys, kind);
    const body = { audience: node.organisation, challenge, client, scope, opening };
    const signature = sign(ownerLoginDigest(body), ownerKeyOf(keys.root, kind).secret);
    return wallet === undefined ? { body, signature } : { body, signature, delegation: wallet.delegation };
  });
  const [first] = kinds;
  if (first === undefined) throw noKind();
  const sender = patientClient(runtime, keys, segmentOf(keys, first).id, node.endpoint);
  await sender.call(fhirLoginRoutes.patientLogin, {}, { logins });
}

function noKind(): AnamnesisError<"unknown-segment"> {
  return new AnamnesisError({
    code: "unknown-segment",
    rule: "A login is for one segment at least.",
    fix: "Name the kinds about which the program may ask.",
  });
}
