import type { Purpose } from "@anamnesis/core/consent/terms";
import type { ActorId } from "@anamnesis/core/ids";
import type { PatientLogin } from "../oauth/patientLogin.ts";

/** Who asks at `/fhir`, as a verified token says it. */
export interface FhirRequester {
  /** The OAuth client through which it asks. */
  readonly client: string;
  /** In the directory, of this organisation: whoever logged in, or who the client's configuration names; `null`: the client stands for the organisation's own system, or for a patient. */
  readonly actor: ActorId | null;
  /** The patient who logged in, by what that login proved; `null`: it is nobody's patient who asks. Then `actor` is `null` too. */
  readonly patient: PatientLogin | null;
  /** Names a role of the base policy (`policy.ts`). */
  readonly role: string;
  /** Why it asks; custodians and consents know the same codes. */
  readonly purpose: Purpose;
  /** All that the token is for, the one above first: a request may say which of them it is. */
  readonly purposes: readonly Purpose[];
  /** Granted SMART scopes, as text: `system/Observation.rs`. */
  readonly scopes: readonly string[];
}
