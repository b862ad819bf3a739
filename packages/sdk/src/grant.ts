import type { ConsentRegistration } from "@anamnesis/api/routes/consentRegistration";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { actorIdOf, type KeyCard, keyCardDigest, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import {
  type ConsentBody,
  consentCommitment,
  consentIdOf,
  consentTypedData,
} from "@anamnesis/core/consent/consent";
import { type DelegationBody, delegationCommitment } from "@anamnesis/core/consent/delegation";
import type { Action, Exception, Purpose } from "@anamnesis/core/consent/terms";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type {
  ActorId,
  ConsentId,
  Day,
  Hash32,
  OrganisationId,
  SegmentId,
  UnixSeconds,
} from "@anamnesis/core/ids";
import { type Intent, intentDigest, type LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { revokerSecret } from "@anamnesis/core/segment/ownerKeys";
import { concurrently } from "./concurrently.ts";
import type { Consortium } from "./consortium.ts";
import { deliverGrants, type Undelivered } from "./deliverGrants.ts";
import {
  keptConsentId,
  type KeptConsent,
  newestCard,
  type PatientKeys,
  type SaveKeys,
  segmentOf,
  withSegment,
} from "./keys/patientKeys.ts";
import { revokerOf } from "./keys/revokerOf.ts";
import { ownerSigner, type OwnerSigner } from "./owner/ownerSigner.ts";
import { patientClient } from "./patientClient.ts";
import type { Runtime } from "./runtime.ts";

export interface GrantParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly save: SaveKeys;
  /** One consent each. */
  readonly kinds: readonly SegmentKind[];
  /** Whom the patient grants. `id` is the id in the directory; the card is the current one. */
  readonly grantee: { readonly id: ActorId | OrganisationId; readonly card: KeyCard };
  /** FHIR resource types; `["*"]` for all. */
  readonly resourceTypes: readonly string[];
  /** Where a kind's types are others than `resourceTypes`. */
  readonly typesOf?: (kind: SegmentKind) => readonly string[];
  readonly purposes: readonly Purpose[];
  /** `["read"]` by default. */
  readonly actions?: readonly Action[];
  /** Clinical period of the data, both ends included; no limit by default. */
  readonly dataFrom?: Day | null;
  readonly dataTo?: Day | null;
  /** What is denied within the above; none by default, at most 8. */
  readonly exceptions?: readonly Exception[];
  /** Now by default, the same for all kinds. */
  readonly notBefore?: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** 32 bytes that nobody can guess, of each kind's consent; random by default. */
  readonly saltOf?: (kind: SegmentKind) => Uint8Array;
  /** Seconds to wait for the ledger; 60 by default. */
  readonly wait?: number;
}

export interface GrantResult {
  readonly keys: PatientKeys;
  /** In the order of `kinds`. */
  readonly consents: readonly ConsentId[];
}

/**
 * Grants: signs a consent per kind with the segment's owner key, registers its commitment on the ledger and leaves the
 * segment's key, sealed to the grantee, at the grantee's node. Consents are saved before anything leaves, so that none
 * can exist that the patient cannot revoke; `completeGrants` goes on where a killed process stopped.
 *
 * Throws `unknown-grantee`, `unknown-segment`, `consent-not-registered`, `grant-not-delivered`, and what `ownerSigner` throws: then nothing was kept or sent.
 */
export async function grantConsent(parameters: GrantParameters): Promise<GrantResult> {
  const { keys, prepared } = await prepareConsents(parameters);
  const consents = prepared.map((kept) => keptConsentId(parameters.consortium.identity, kept));
  return { keys: await completeGrants({ ...parameters, keys }), consents };
}

/** Signs a consent per kind and saves them, before anybody else sees one. Throws `unknown-grantee`, `unknown-segment`. */
export async function prepareConsents(
  parameters: GrantParameters,
): Promise<{ readonly keys: PatientKeys; readonly prepared: readonly KeptConsent[] }> {
  const { save, kinds } = parameters;
  // However long a wallet is asked: those of one signing are known by their one time.
  const terms = { ...parameters, notBefore: parameters.notBefore ?? parameters.runtime.now() };
  const organisation = organisationOf(parameters);
  let { keys } = parameters;
  const prepared: KeptConsent[] = [];
  const signer = ownerSigner(keys, parameters.runtime.wallet);
  for (const kind of kinds) {
    const kept = await prepare(terms, signer, kind, organisation);
    const segment = segmentOf(keys, kind);
    keys = withSegment(keys, { ...segment, consents: [...segment.consents, kept] });
    prepared.push(kept);
  }
  await save(keys);
  return { keys, prepared };
}

/**
 * Registers and delivers every consent that is only prepared. Doing it again changes nothing: the ledger takes a
 * registration once, and a grantee uses the newest grant. Throws `consent-not-registered`, `grant-not-delivered`.
 */
export async function completeGrants(
  parameters: Pick<GrantParameters, "runtime" | "consortium" | "keys" | "save" | "wait">,
): Promise<PatientKeys> {
  const { runtime, consortium, save } = parameters;
  let { keys } = parameters;
  const prepared = keys.segments.flatMap((segment) =>
    segment.consents.filter((kept) => kept.status === "prepared"),
  );
  await concurrently(prepared, 8, ({ consent: { body } }) =>
    register(parameters, body.segment, registrationOf(consortium, keys, body)),
  );
  const undelivered: Undelivered[] = [];
  for (const segment of keys.segments) {
    if (!segment.consents.some((kept) => kept.status === "prepared")) continue;
    const card = newestCard(segment);
    const delivery = await deliverGrants(
      runtime,
      consortium,
      keys,
      segment,
      card,
      (kept) => kept.status === "prepared",
    );
    undelivered.push(...delivery.undelivered);
    keys = withSegment(keys, delivery.segment);
  }
  if (prepared.length > 0) await save(keys);
  if (undelivered.length === 0) return keys;
  throw new AnamnesisError({
    code: "grant-not-delivered",
    rule: "A grant waits at the node of the grantee's organisation.",
    fix: "Complete the grants when that node is up; the consents are registered and kept.",
    meta: {
      organisations: [...new Set(undelivered.map((item) => item.organisation))].join(", "),
      codes: [...new Set(undelivered.map((item) => item.code))].join(", "),
    },
  });
}

/** Signed by the segment's owner; the revoker's key comes from root and salt, so any device with the root has it. */
async function prepare(
  { runtime, consortium, keys, grantee, ...terms }: GrantParameters & { readonly notBefore: UnixSeconds },
  signer: OwnerSigner,
  kind: SegmentKind,
  organisation: OrganisationId,
): Promise<KeptConsent> {
  const segment = segmentOf(keys, kind);
  const salt = terms.saltOf?.(kind) ?? runtime.random(32);
  const body: ConsentBody = {
    segment: segment.id,
    grantee: grantee.id,
    granteeName: grantee.card.name,
    granteeKeys: keyCardDigest(grantee.card),
    resourceTypes: terms.typesOf?.(kind) ?? terms.resourceTypes,
    actions: terms.actions ?? ["read"],
    purposes: terms.purposes,
    dataFrom: terms.dataFrom ?? null,
    dataTo: terms.dataTo ?? null,
    exceptions: terms.exceptions ?? [],
    notBefore: terms.notBefore,
    notAfter: terms.notAfter,
    salt,
    revoker: addressOf(publicKeyOf(revokerSecret(keys.root, salt))),
  };
  const signature = await signer(kind, consentTypedData(consortium.identity, body));
  const consent = { body, signature };
  return { consent, grantee: grantee.card, organisation, status: "prepared", grantedEpoch: null };
}

/** Whose node the grantee asks. Throws `unknown-grantee` unless the directory has this id, active, with this card. */
function organisationOf({ consortium, grantee }: GrantParameters): OrganisationId {
  const digest = keyCardDigest(grantee.card);
  const member = consortium.members.get(grantee.id as OrganisationId);
  if (member?.keyCard === digest) return member.organisation;
  const actor = consortium.actors.get(grantee.id as ActorId);
  if (actor?.active === true && actor.keyCard === digest) return actor.organisation;
  throw new AnamnesisError({
    code: "unknown-grantee",
    rule: "A consent names a grantee of the directory with its current key card.",
    fix: "Have the grantee's organisation register the key card, then load the directory again.",
  });
}

/** The id that a card has as the first one of its subject; a later one of an organisation names it. */
export function granteeOf(card: KeyCard): GrantParameters["grantee"] {
  const isOrganisation = card.subject === "organisation";
  return { id: isOrganisation ? (card.organisation ?? organisationIdOf(card)) : actorIdOf(card), card };
}

const LONGEST_CALL = 20;
const PAUSE = 250;

/** Hands the registration of a consent or delegation to members' nodes until one has it on the ledger. Throws `consent-not-registered`. */
export async function register(
  { runtime, consortium, keys, wait = 60 }: Omit<Parameters<typeof completeGrants>[0], "save">,
  segment: SegmentId,
  registration: ConsentRegistration,
): Promise<void> {
  const { commitment, revoker } = registration;
  const consent = consentIdOf(consortium.identity, revoker, commitment);
  const until = runtime.now() + wait;
  for (;;) {
    for (const { endpoint } of relays(consortium)) {
      const client = patientClient(runtime, keys, segment, endpoint);
      const left = Math.min(LONGEST_CALL, Math.max(0, until - runtime.now()));
      try {
        await client.call(exchangeRoutes.registerConsent, {}, registration);
        const query = { wait: `${left}` };
        const timeout = (left + 10) * 1000;
        const state = await client.call(exchangeRoutes.consentState, { consent }, undefined, {
          query,
          timeout,
        });
        if (state.status === "registered") return;
        if (state.status === "revoked") throw notRegistered("revoked");
      } catch (error) {
        // The next node may do better; what none can do is said at the end.
        if (!(error instanceof AnamnesisError) || error.code === "consent-not-registered") throw error;
      }
    }
    if (runtime.now() >= until) throw notRegistered("time");
    await runtime.sleep(PAUSE);
  }
}

/** The commitment for the ledger, signed by the consent's one-time revoker. Throws `unknown-revoker`. */
export function registrationOf(
  { identity }: Pick<Consortium, "identity">,
  keys: PatientKeys,
  body: ConsentBody,
): ConsentRegistration {
  return registrationFor(identity, keys, body, consentCommitment(identity, body));
}

/** The same for a delegation. Throws `unknown-revoker`. */
export function delegationRegistration(
  { identity }: Pick<Consortium, "identity">,
  keys: PatientKeys,
  body: DelegationBody,
): ConsentRegistration {
  return registrationFor(identity, keys, body, delegationCommitment(identity, body));
}

function registrationFor(
  identity: LedgerIdentity,
  keys: PatientKeys,
  about: Pick<ConsentBody, "salt" | "revoker">,
  commitment: Hash32,
): ConsentRegistration {
  const { revoker } = about;
  const intent: Intent = { type: "RegisterConsent", commitment, revoker };
  return { commitment, revoker, signature: sign(intentDigest(identity, intent), revokerOf(keys, about)) };
}

/** Custodians first: they index the ledger for their own decisions. */
function relays(consortium: Consortium): readonly { readonly endpoint: string }[] {
  return [...consortium.members.values()].sort((a, b) => Number(b.custodian) - Number(a.custodian));
}

function notRegistered(reason: "time" | "revoked"): AnamnesisError<"consent-not-registered"> {
  return new AnamnesisError({
    code: "consent-not-registered",
    rule: "A consent counts once its commitment stands on the ledger.",
    fix:
      reason === "time"
        ? "Complete the grants when a node and the ledger answer; the consent is kept."
        : "Grant anew: this consent was revoked.",
    meta: { reason },
  });
}
