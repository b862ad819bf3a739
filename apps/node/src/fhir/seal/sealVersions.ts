import type { RecordBatch } from "@anamnesis/api/routes/exchange";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { type ActorId, type BodyLabel, dayOf, type SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { Attributes } from "@anamnesis/core/record/attributes";
import { sealRecord } from "@anamnesis/core/record/sealRecord";
import { session, startSession, type WriteSession } from "@anamnesis/core/record/session";
import { permitDigest } from "@anamnesis/core/segment/permit";
import { unlabelled } from "@anamnesis/fhir-server/resource/attributesFor";
import { attributesOf } from "@anamnesis/fhir/attributes";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { labelsOf } from "@anamnesis/fhir/labelling/labelsOf";
import type { Resource } from "@anamnesis/fhir/resource";
import { activeCommittee } from "../../committee/activeCommittee.ts";
import type { NodeContext } from "../../context.ts";
import { chainHeads } from "../../records/keepRecords.ts";
import { putRecords } from "../../records/putRecords.ts";
import { canAmend } from "../../records/recordWishes.ts";
import { keepProvenances, type SealedVersion } from "./keepProvenances.ts";
import type { PendingVersion } from "./pendingVersions.ts";
import type { WritableSegment } from "./writableSegments.ts";

/** Bytes of contents after which a batch is kept. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_LABELS = 16;

export interface VersionToSeal extends WritableSegment {
  readonly version: PendingVersion;
}

interface Sealed extends SealedVersion {
  readonly segment: SegmentId;
}

/**
 * Seals versions, one record each, as this organisation itself, whose account signs them; one of each resource at most. Records, what they became and who says so are kept in one
 * transaction: what it ends in the middle of leaves blobs that nothing names, and the versions as they were. What is more than a batch holds is left.
 *
 * Throws `chain-conflict` when another writer of the organisation was faster, and what `putRecords` throws.
 */
export async function sealVersions(context: NodeContext, versions: readonly VersionToSeal[]): Promise<void> {
  const committee = await activeCommittee(context);
  if (committee === null) return;
  const { organisation, keys, ledger, clock, random, db } = context;
  const heads = new Map(
    await chainHeads(db, [...new Set(versions.map(({ card }) => card.body.segment))], organisation),
  );
  const sessions = new Map<SegmentId, WriteSession>();
  const records: RecordBatch["records"][number][] = [];
  const sealed: Sealed[] = [];
  const used: VersionToSeal[] = [];
  let total = 0;
  for (const one of versions) {
    const { version, card, permit } = one;
    const { segment, epoch, segmentKey } = card.body;
    const bytes = utf8ToBytes(version.content ?? "");
    if (records.length > 0 && total + bytes.length > MOST_BYTES) break;
    total += bytes.length;
    const own = sessions.get(segment) ?? (await startSession(segment, epoch, segmentKey));
    sessions.set(segment, own);
    const earlier = version.earlierSegment === segment ? version.earlierRecord : null;
    const amends = earlier !== null && (await canAmend(db, organisation, segment, earlier)) ? earlier : null;
    const { type, id } = version;
    const source = { key: `${type}/${id}`, version: String(version.version) };
    const result = await sealRecord({
      session: own,
      committee: committee.id,
      committeeKey: committee.publicKey,
      organisation,
      author: organisation as string as ActorId,
      sign: (digest) => keys.signDigest(digest),
      day: dayOf(clock.now()),
      previous: heads.get(segment) ?? null,
      permit: permitDigest(ledger.identity, permit.body),
      attributes: recordAttributes(version),
      amends,
      content: { meta: { mediaType: "application/fhir+json", source }, bytes },
      random: (length) => random.bytes(length),
    });
    heads.set(segment, result.label satisfies BodyLabel);
    const { header, wrap, content, endorsement, record } = result;
    records.push({ header, wrap: wrap.bytes, content: content.bytes, endorsement, amends: result.amends });
    sealed.push({ ...version, segment, record });
    used.push(one);
  }
  const batch: RecordBatch = {
    sessions: [...sessions.values()].map(({ bytes }) => session.decode(bytes)),
    permits: [
      ...new Map(used.map(({ permit }) => [permitDigest(ledger.identity, permit.body), permit])).values(),
    ],
    records,
  };
  await putRecords(context, batch, (tx) => keepSealed(context, tx, sealed));
  context.metrics.count("fhir_versions_sealed_total", {}, sealed.length);
}

/** As custodians decide on it: the labels that it was given, and those that its codes stand for. */
function recordAttributes({ type, content }: PendingVersion): Attributes {
  const json = parseJson(content ?? "") as JsonObject;
  const resource: Resource = { ...json, resourceType: type };
  const byCodes: Resource = { ...unlabelled(json), resourceType: type };
  const labels = [...new Set([...labelsOf(resource), ...labelsOf(byCodes)])].sort();
  return { ...attributesOf(resource), labels: labels.slice(0, MOST_LABELS) };
}

async function keepSealed(context: NodeContext, tx: Queryable, sealed: readonly Sealed[]): Promise<void> {
  const rows = JSON.stringify(
    sealed.map(({ row, version, segment, record }) => ({ row, version, segment, record })),
  );
  const done =
    "jsonb_to_recordset($1::jsonb) as done (row bigint, version bigint, segment text, record text)";
  await tx.query(
    `update fhir_seals s set state = 'sealed', segment = done.segment, record = done.record
     from ${done} where s.row = done.row and s.version = done.version`,
    [rows],
  );
  // In another segment nothing takes a record's place: there it is taken back. What waited for another patient is nobody's any more.
  await tx.query(
    `update fhir_seals s set state = case s.state when 'sealed' then 'retracting' else 'void' end
     from ${done} where s.row = done.row and s.version < done.version
       and (s.state = 'waiting' or (s.state = 'sealed' and s.segment <> done.segment))`,
    [rows],
  );
  await keepProvenances(context, tx, sealed, context.clock.now() * 1000);
}
