import { grant } from "@anamnesis/core/consent/grant";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId, OrganisationId } from "@anamnesis/core/ids";
import { signedConsentToFhir, withDelivery } from "@anamnesis/fhir/consent/signedConsent";
import type { Resource } from "@anamnesis/fhir/resource";
import type { Consortium } from "./consortium.ts";
import { sealKept } from "./deliverGrants.ts";
import { type FhirResource, fhirRequest } from "./fhirRequest.ts";
import { completeGrants, type GrantParameters, prepareConsents, registrationOf } from "./grant.ts";
import {
  keptConsentId,
  type KeptConsent,
  newestCard,
  type PatientKeys,
  withSegment,
} from "./keys/patientKeys.ts";
import type { Runtime } from "./runtime.ts";

/** The node at which Consents are posted, with a token for `patient/Consent.crs` of a login that proved their segments. */
export interface ConsentServer {
  readonly endpoint: string;
  readonly organisation: OrganisationId;
  readonly token: string;
}

export interface PostedConsent {
  readonly consent: ConsentId;
  /** Id of the Consent at that FHIR server. */
  readonly id: string;
  /** `active`: the ledger has it. `proposed`: that node does not know yet that it has. */
  readonly status: string;
}

export interface PostConsentResult {
  readonly keys: PatientKeys;
  /** In the order of `kinds`. */
  readonly consents: readonly PostedConsent[];
}

const PAUSE = 250;

/**
 * Grants, as `grantConsent` does, by posting a FHIR Consent for each kind: mapping, signed document, registration and, for somebody of that node's organisation, the sealed grant are in it. No key leaves the
 * device. Consents are saved before anything leaves; after a kill or an error, `completeGrants` goes on, or posting the same Consent (`signedConsentResource`).
 *
 * Throws what `grantConsent` throws, `fhir-refused` and `node-unreachable`.
 */
export async function postConsents(
  parameters: GrantParameters & { readonly server: ConsentServer },
): Promise<PostConsentResult> {
  const { runtime, consortium, save, server, wait = 60 } = parameters;
  const begun = await prepareConsents(parameters);
  let { keys } = begun;
  const connection = { runtime, node: server.endpoint, token: server.token };
  const posted: { readonly consent: ConsentId; readonly resource: FhirResource }[] = [];
  for (const kept of begun.prepared) {
    const resource = await signedConsentResource(parameters, keys, kept, server.organisation);
    posted.push({
      consent: keptConsentId(consortium.identity, kept),
      resource: await fhirRequest(connection, "POST", "Consent", resource),
    });
    if (kept.organisation === server.organisation) keys = granted(keys, kept);
  }
  await save(keys);
  // What is for somebody elsewhere goes there; what is registered is not registered twice.
  keys = await completeGrants({ ...parameters, keys });
  const until = runtime.now() + wait;
  const consents: PostedConsent[] = [];
  for (const { consent, resource } of posted) {
    let current = resource;
    while (current["status"] === "proposed" && runtime.now() < until) {
      await runtime.sleep(PAUSE);
      current = await fhirRequest(connection, "GET", `Consent/${idOf(current)}`);
    }
    consents.push({ consent, id: idOf(current), status: String(current["status"]) });
  }
  return { keys, consents };
}

/**
 * The one FHIR Consent that says what a kept consent says, ready to be posted at the node of this organisation. Throws `not-representable`, `unknown-revoker`.
 */
export async function signedConsentResource(
  {
    runtime,
    consortium,
  }: { readonly runtime: Pick<Runtime, "now">; readonly consortium: Pick<Consortium, "identity"> },
  keys: PatientKeys,
  kept: KeptConsent,
  organisation: OrganisationId,
): Promise<Resource> {
  const dateTime = `${new Date(runtime.now() * 1000).toISOString().slice(0, 19)}Z`;
  const { signature } = registrationOf(consortium, keys, kept.consent.body);
  const segment = keys.segments.find(({ id }) => id === kept.consent.body.segment);
  const sealed =
    kept.organisation !== organisation || segment === undefined
      ? null
      : grant.encode(await sealKept(keys, segment, newestCard(segment), kept));
  const resource = signedConsentToFhir(kept.consent, { organisation, dateTime });
  return withDelivery(resource, { registration: signature, grant: sealed });
}

function granted(keys: PatientKeys, { consent: { body } }: KeptConsent): PatientKeys {
  const segment = keys.segments.find(({ id }) => id === body.segment);
  if (segment === undefined) return keys;
  const { epoch } = newestCard(segment).body;
  const consents = segment.consents.map((one) =>
    one.consent.body.revoker === body.revoker
      ? { ...one, status: "granted" as const, grantedEpoch: epoch }
      : one,
  );
  return withSegment(keys, { ...segment, consents });
}

function idOf(resource: FhirResource): string {
  const id = resource["id"];
  if (typeof id === "string" && /^[A-Za-z0-9\-.]{1,64}$/.test(id)) return id;
  throw new AnamnesisError({
    code: "bad-answer",
    rule: "A FHIR server answers a Consent with its id.",
    fix: "Ask another node; the consent is kept.",
  });
}
