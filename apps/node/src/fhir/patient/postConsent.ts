import { hasCode } from "@anamnesis/core/errors";
import type { Queryable } from "@anamnesis/core/ports/database";
import { requireScope } from "@anamnesis/fhir-server/access/scopes";
import { writtenAnswer } from "@anamnesis/fhir-server/rest/answers";
import { resourceBody } from "@anamnesis/fhir-server/rest/body";
import type { FhirAnswer, FhirRequest } from "@anamnesis/fhir-server/rest/exchange";
import { requireValid } from "@anamnesis/fhir-server/rest/requireValid";
import { stamped } from "@anamnesis/fhir-server/resource/meta";
import { withSegmentTag } from "@anamnesis/fhir-server/resource/segmentTag";
import type { NewVersion } from "@anamnesis/fhir-server/store/version";
import { writeVersions } from "@anamnesis/fhir-server/store/writeVersion";
import type { Grant } from "@anamnesis/core/consent/grant";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { admitGrant, keepGrant } from "../../grants/grantStore.ts";
import { dedupeOf } from "../../outbox/dedupe.ts";
import { enqueueIntent } from "../../outbox/enqueueIntent.ts";
import { requireRoom } from "../../outbox/requireRoom.ts";
import { followConsents } from "./followConsents.ts";
import type { PatientExchange } from "./patientExchange.ts";
import { invalid, readSignedConsent, type SignedConsent } from "./readSignedConsent.ts";

/**
 * Takes a consent that its patient signed, as the Consent that says the same: the registration goes to the ledger and the grant to its grantee's place at this node, as by `registerConsent` and
 * `putGrant`, in the transaction that keeps the resource. It is `proposed` until the ledger has it. The same consent again is answered with the one that is kept; signed again by a new owner of the
 * segment, that one gets the new document.
 *
 * Throws `fhir-forbidden`, `fhir-invalid`, `busy`, `rate-limited`, `grants-full`.
 */
export async function postConsent(exchange: PatientExchange, request: FhirRequest): Promise<FhirAnswer> {
  const { context, access, patient, base } = exchange;
  requireScope(access, "c", "Consent");
  const signed = readSignedConsent(exchange, resourceBody(request, "Consent"));
  const { registration, grant, segment } = signed;
  // It claims no profile: R4 alone holds for what is made of the signed consent.
  requireValid(resourceOf(exchange, signed, exchange.newId(), 1), []);
  await requireRoom(context.db);
  const isNewGrant = grant !== null && (await isNew(exchange, grant));
  const { id, created } = await exchange.write(async (tx) => {
    await enqueueIntent(tx, registration, dedupeOf(registration.intent));
    if (isNewGrant) await keepGrant(tx, context, grant, patient.sender);
    return keepConsent(exchange, tx, signed);
  });
  context.wake("outbox");
  // The ledger may know it already: it was registered by another node, or posted before.
  await followConsents(context, [segment.segment]);
  const { version, updated, content } = await currentOf(context.db, id);
  return writtenAnswer(request, base, {
    status: created ? 201 : 200,
    type: "Consent",
    id,
    version,
    updated,
    text: content,
  });
}

async function isNew({ context, grants }: PatientExchange, value: Grant): Promise<boolean> {
  try {
    return await admitGrant(context, grants, value);
  } catch (error) {
    if (!hasCode(error, "not-found")) throw error;
    throw invalid(
      "Consent.extension",
      "A grant that comes along is for somebody of this organisation, or the organisation itself; others' go to their own node.",
    );
  }
}

/** The resource, once for each consent: a new version where another owner signed since. */
async function keepConsent(
  exchange: PatientExchange,
  tx: Queryable,
  signed: SignedConsent,
): Promise<{ readonly id: string; readonly created: boolean }> {
  const { segment } = signed;
  const [kept] = await tx.query<KeptRow>(
    `select r.id, r.version, c.signer from fhir_consents c join fhir_resources r on r.row = c.row where c.consent = $1 for update of c`,
    [signed.id],
  );
  if (kept?.signer === segment.owner) return { id: kept.id, created: false };
  const id = kept?.id ?? exchange.newId();
  const version = (kept?.version ?? 0) + 1;
  const next: NewVersion = {
    type: "Consent",
    id,
    version,
    updated: exchange.at,
    method: kept === undefined ? "POST" : "PUT",
    // As sensitive as the segment that it is about.
    attributes: {
      type: "Consent",
      origin: "own",
      kind: segment.kind,
      segment: null,
      days: { from: null, to: null },
    },
    resource: resourceOf(exchange, signed, id, version),
  };
  await writeVersions(tx, [next]);
  await tx.query(
    `insert into fhir_consents (consent, row, segment, first_owner, signer, status)
     select $1, row, $3, $4, $5, 'proposed' from fhir_resources where type = 'Consent' and id = $2
     on conflict (consent) do update set signer = excluded.signer, status = excluded.status`,
    [signed.id, id, segment.segment, segment.first, segment.owner],
  );
  await exchange.audit(tx, [next]);
  return { id, created: kept === undefined };
}

function resourceOf(
  { at }: PatientExchange,
  { resource, segment }: SignedConsent,
  id: string,
  version: number,
): JsonObject {
  const proposed = { ...resource, status: "proposed" };
  return stamped(withSegmentTag(proposed, segment.kind), "Consent", id, version, at);
}

interface KeptRow {
  readonly id: string;
  readonly version: number;
  readonly signer: string;
  readonly [column: string]: unknown;
}

interface CurrentRow {
  readonly version: number;
  readonly updated: number;
  readonly content: string;
  readonly [column: string]: unknown;
}

async function currentOf(db: Queryable, id: string): Promise<CurrentRow> {
  const [row] = await db.query<CurrentRow>(
    `select r.version, r.updated, v.content from fhir_resources r join fhir_versions v on v.row = r.row and v.version = r.version
     where r.type = 'Consent' and r.id = $1`,
    [id],
  );
  // It was just written, and a signed Consent is never deleted.
  return row as CurrentRow;
}
