import {
  committeeCertificate,
  committeeKeyId,
  verifyCertificate,
} from "@anamnesis/core/crypto/dkg/certificate";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { hasCode } from "@anamnesis/core/errors";
import type {
  Address,
  BodyLabel,
  Cid,
  CommitteeKeyId,
  Digest,
  OrganisationId,
  RecordId,
  SegmentId,
} from "@anamnesis/core/ids";
import { bodyLabelBytes, type Header, header } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { verifyHeader } from "@anamnesis/core/record/verifyHeader";
import { wrap } from "@anamnesis/core/record/wrap";
import { erasedRecords } from "../erasure/erasedRecords.ts";
import { type AuthorNames, authorSigned } from "../records/authorSigned.ts";
import { memoised } from "../runtime/memoised.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";
import { blobFinding } from "./scanBlobs.ts";

const ROWS = 256;

interface RecordRow {
  readonly position: number;
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly segment: SegmentId;
  readonly organisation: OrganisationId;
  readonly header: Uint8Array;
  readonly permit: Digest;
  readonly session: Cid | null;
  readonly wrap: Cid;
  readonly content: Cid;
  readonly own: boolean;
  readonly sequence: number | null;
  readonly leaf_index: number | null;
  readonly [column: string]: unknown;
}

/** Every record: its row, its header's proof and author, its blobs unless it is erased, its permit and card, its place in a batch. */
export async function checkRecords(context: FsckContext): Promise<readonly Finding[]> {
  const { db, truthCopy } = context;
  const findings: Finding[] = [];
  const named = new Set<Cid>();
  const keys = await committeeKeys(context);
  const signed: SignedBy = memoised(
    ({ organisation, author, segment }, signer) => `${organisation}${author}${segment}${signer}`,
    (core, signer) => authorSigned({ db, copy: truthCopy }, core, signer, "ever"),
  );
  for (let after = 0; ;) {
    const rows = await db.query<RecordRow>(
      `select * from records where position > $1 order by position limit ${ROWS}`,
      [after],
    );
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.position;
    const erased = await erasedRecords(
      db,
      rows.map((row) => row.record),
    );
    for (const row of rows) {
      const where = `record ${row.record}`;
      const source = { author: row.organisation, segment: row.segment };
      for (const cid of erased.has(row.record) ? [] : [row.wrap, row.session, row.content]) {
        if (cid === null || named.has(cid)) continue;
        named.add(cid);
        const found = blobFinding(context.scanned, cid, where, source);
        if (found !== null) findings.push(found);
      }
      const value = decoded(row);
      if (value === null || !saysTheSame(row, value)) {
        findings.push(finding("record-row", where));
        continue;
      }
      if (!erased.has(row.record) && !(await contentFits(context, row, value)))
        findings.push(finding("record-content", where));
      const key = keys.get(value.body.core.committee);
      if (key !== undefined && !(await isProven(value, key, signed))) {
        findings.push(finding("record-proof", where));
      }
    }
  }
  return [...findings, ...(await papersMissing(context)), ...(await leavesMissing(context))];
}

function decoded(row: RecordRow): Header | null {
  try {
    return header.decode(row.header);
  } catch {
    return null;
  }
}

function saysTheSame(row: RecordRow, { body }: Header): boolean {
  const { core } = body;
  return (
    row.label === toHex(bodyLabelBytes(body)) &&
    row.record === recordIdOf(body.U) &&
    row.segment === core.segment &&
    row.organisation === core.organisation &&
    row.permit === core.permit &&
    row.wrap === body.wrap &&
    row.content === body.content
  );
}

type SignedBy = (core: AuthorNames, signer: Address) => Promise<boolean>;

/** By its own proof, and by the signature of someone who could ever sign for its organisation. */
async function isProven(value: Header, committeeKey: Uint8Array, signed: SignedBy): Promise<boolean> {
  try {
    return await signed(value.body.core, verifyHeader(value, committeeKey).signer);
  } catch (error) {
    if (hasCode(error, "bad-header")) return false;
    throw error;
  }
}

/** As far as the blobs are here; that they are is another finding. */
async function contentFits(
  { blobs, scanned }: FsckContext,
  row: RecordRow,
  { body }: Header,
): Promise<boolean> {
  const size = scanned.whole.get(row.content);
  if (size !== undefined && size !== body.contentBytes) return false;
  if (!scanned.whole.has(row.wrap)) return true;
  try {
    const bytes = await blobs.get(row.wrap);
    return bytes !== null && wrap.decode(bytes).session === row.session;
  } catch {
    return false;
  }
}

/** Public keys of the committees whose certificates are here and hold. */
async function committeeKeys({ db }: FsckContext): Promise<ReadonlyMap<CommitteeKeyId, Uint8Array>> {
  const keys = new Map<CommitteeKeyId, Uint8Array>();
  for (const { bytes } of await db.query<{ bytes: Uint8Array }>("select bytes from committee_certificates")) {
    try {
      const body = verifyCertificate(committeeCertificate.decode(bytes));
      keys.set(committeeKeyId(body), body.publicKey);
    } catch {
      // `checkSegments` says so.
    }
  }
  return keys;
}

async function papersMissing({ db }: FsckContext): Promise<readonly Finding[]> {
  const rows = await db.query<{ record: RecordId; permit: boolean }>(
    `select r.record, exists (select 1 from permits p where p.digest = r.permit) as permit from records r
     where not exists (select 1 from permits p where p.digest = r.permit)
        or not exists (select 1 from cards c where c.segment = r.segment) order by r.position`,
  );
  return rows.map(({ record, permit }) =>
    finding("record-permit", `record ${record}: ${permit ? "card" : "permit"}`),
  );
}

/** Own records that were put into a batch whose leaves are here and say something else; and leaves without their record. */
async function leavesMissing({ db, organisation }: FsckContext): Promise<readonly Finding[]> {
  const different = await db.query<{ record: RecordId; sequence: number }>(
    `select r.record, r.sequence from records r
     join ledger_batches b on b.organisation = r.organisation and b.sequence = r.sequence and b.manifest_held
     where r.own and r.sequence is not null and not exists (
       select 1 from leaves l where l.organisation = r.organisation and l.sequence = r.sequence
         and l.leaf_index = r.leaf_index and l.record = r.record and l.label = r.label)
     order by r.position`,
  );
  const lost = await db.query<{ sequence: number; count: number }>(
    `select l.sequence, count(*)::int as count from leaves l
     where l.organisation = $1 and not exists (select 1 from records r where r.record = l.record)
     group by l.sequence order by l.sequence`,
    [organisation],
  );
  return [
    ...different.map(({ record, sequence }) => finding("record-leaf", `record ${record}: batch ${sequence}`)),
    ...lost.map(({ sequence, count }) =>
      finding("own-records-missing", `batch ${sequence}: ${count} records`),
    ),
  ];
}
