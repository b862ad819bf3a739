import { keyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { grant } from "@anamnesis/core/consent/grant";
import { committeeCertificate, verifyCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import { hasCode } from "@anamnesis/core/errors";
import type { Digest, SegmentId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { type Card, card, cardDigest, verifyCard } from "@anamnesis/core/segment/card";
import { permit, permitDigest, verifyPermit } from "@anamnesis/core/segment/permit";
import { newestCard } from "../segments/cardStore.ts";
import { type Finding, type FindingCode, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** What was signed by others and is kept here: cards and their evidence, permits, grants, key cards, certificates. */
export async function checkSegments(context: FsckContext): Promise<readonly Finding[]> {
  return [
    ...(await checkCards(context)),
    ...(await checkPermits(context)),
    ...(await checkTable(context, "grants", "grant-invalid", (bytes) => grant.digest(grant.decode(bytes)))),
    ...(await checkTable(context, "key_cards", "key-card-invalid", (bytes) =>
      keyCardDigest(keyCard.decode(bytes)),
    )),
    ...(await checkTable(context, "card_conflicts", "card-invalid", (bytes) =>
      cardDigest(card.decode(bytes).body),
    )),
    ...(await checkTable(context, "committee_certificates", "certificate-invalid", (bytes) => {
      const value = committeeCertificate.decode(bytes);
      verifyCertificate(value);
      return committeeCertificate.digest(value);
    })),
  ];
}

async function checkCards({ db, identity }: FsckContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const segments = await db.query<{ segment: SegmentId }>(
    "select distinct segment from cards order by segment",
  );
  for (const { segment } of segments) {
    const rows = await db.query<{ number: number; digest: Digest; bytes: Uint8Array }>(
      "select number, digest, bytes from cards where segment = $1 order by number",
      [segment],
    );
    let previous: Card | null = null;
    for (const row of rows) {
      const value = cardOf(identity, segment, row, previous);
      if (value === null) {
        findings.push(finding("card-invalid", `segment ${segment}: card ${row.number}`));
        break;
      }
      previous = value;
    }
  }
  return findings;
}

/** The card of a row when it stands after `previous` under what the row says of it; else `null`. */
function cardOf(
  identity: LedgerIdentity,
  segment: SegmentId,
  row: { readonly number: number; readonly digest: Digest; readonly bytes: Uint8Array },
  previous: Card | null,
): Card | null {
  try {
    const value: Card = card.decode(row.bytes);
    verifyCard(identity, value, previous);
    const { body } = value;
    const same = cardDigest(body) === row.digest && body.number === row.number && body.segment === segment;
    return same ? value : null;
  } catch {
    return null;
  }
}

async function checkPermits(context: FsckContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const rows = await context.db.query<PermitRow>(
    "select digest, segment, bytes from permits order by digest",
  );
  for (const row of rows) {
    if (!(await permitHolds(context, row))) findings.push(finding("permit-invalid", `permit ${row.digest}`));
  }
  return findings;
}

interface PermitRow {
  readonly digest: Digest;
  readonly segment: SegmentId;
  readonly bytes: Uint8Array;
  readonly [column: string]: unknown;
}

async function permitHolds({ db, identity }: FsckContext, row: PermitRow): Promise<boolean> {
  try {
    const value = permit.decode(row.bytes);
    if (permitDigest(identity, value.body) !== row.digest || value.body.segment !== row.segment) return false;
    // Without a card nobody can say whose signature it needs; `checkRecords` says that the card is missing.
    const newest = await newestCard(db, row.segment);
    return newest === null || verifyPermit(identity, value, newest.body.owner);
  } catch (error) {
    if (hasCode(error, "database-failed")) throw error;
    return false;
  }
}

/** Rows whose bytes give the digest under which they are kept. */
async function checkTable(
  { db }: FsckContext,
  table: string,
  code: FindingCode,
  digestOf: (bytes: Uint8Array) => Digest,
): Promise<readonly Finding[]> {
  const rows = await db.query<{ digest: Digest; bytes: Uint8Array }>(
    `select digest, bytes from ${table} order by digest`,
  );
  const holds = ({ digest, bytes }: { digest: Digest; bytes: Uint8Array }): boolean => {
    try {
      return digestOf(bytes) === digest;
    } catch {
      return false;
    }
  };
  return rows.filter((row) => !holds(row)).map(({ digest }) => finding(code, `${table} ${digest}`));
}
