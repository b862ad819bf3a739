import type { Purpose } from "@anamnesis/core/consent/terms";
import type { ActorId } from "@anamnesis/core/ids";
import type { FhirClient } from "./fhirClient.ts";
import type { PatientLogin } from "./patientLogin.ts";

/** A login under way: which client asks for what. */
export interface Asked {
  /** Secret of the browser that asks. */
  readonly uid: string;
  readonly client: FhirClient;
  readonly scopes: readonly string[];
}

/** A person or device of the organisation, or a patient. */
export type LoggedIn = (
  | { readonly actor: ActorId; readonly patient: null }
  | { readonly actor: null; readonly patient: PatientLogin }
) & {
  /** One of the client's purposes. */
  readonly purpose: Purpose;
};

/** How a person shows who it is. */
export interface LoginStep {
  /** The page for who has not shown it yet, as HTML: it MUST NOT hold `uid`, and MUST lead back to its own address. */
  page(asked: Asked): string;
  /** Who it was that answered this login; `null`: nobody yet. MUST NOT give anybody whose right it did not check. */
  answered(asked: Asked): Promise<LoggedIn | null>;
}
