import { MAX_INLINE_CONTENT } from "@anamnesis/api/routes/exchange";
import type { ConsentBody, Purpose } from "@anamnesis/core/consent/consent";
import { CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { hasCode } from "@anamnesis/core/errors";
import { type Evidence, MAX_EVIDENCE_BYTES } from "@anamnesis/core/evidence/evidence";
import type { BodyLabel, Cid, Day, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { Attributes } from "@anamnesis/core/record/attributes";
import { openContent } from "@anamnesis/core/record/openContent";
import { type AnchorProof, MAX_RECORDS_PER_REQUEST } from "@anamnesis/core/release/releaseRequest";
import type { Header } from "@anamnesis/core/record/header";
import type { SegmentAccess } from "./access.ts";
import { askCustodians, type Asked, type CustodyReport } from "./askCustodians.ts";
import { concurrently } from "./concurrently.ts";
import type { Consortium } from "./consortium.ts";
import { fetchBlobs } from "./fetchBlobs.ts";
import { fetchBlob } from "./fetchBlob.ts";
import { firstKeyCard } from "./firstKeyCard.ts";
import { type Listing, listRecords, NOT_OPENED } from "./listRecords.ts";
import { keepersOf, openWraps, type UnwrappedRecord } from "./openWraps.ts";
import { provable } from "./provable.ts";
import type { Runtime } from "./runtime.ts";
import { codeOf } from "./ourError.ts";

export interface OpenParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** From `ownerAccess` or `granteeAccess`. */
  readonly access: SegmentAccess;
  readonly purpose: Purpose;
  /** Which of the permitted records to open; all by default. */
  readonly filter?: (record: { readonly record: RecordId; readonly attributes: Attributes }) => boolean;
  /** From an earlier `listRecords`; the homes are asked by default. */
  readonly listing?: Listing;
  /** Asks the custodians also for what the consent does not permit, to see them refuse. */
  readonly askAnyway?: boolean;
  /** As few custodians as can open by default. */
  readonly ask?: "threshold" | "all";
  /** After each record, opened or refused. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

export interface OpenedRecord {
  readonly record: RecordId;
  readonly attributes: Attributes;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly source: { readonly key: string; readonly version: string } | null;
  readonly label: BodyLabel;
  readonly organisation: OrganisationId;
  readonly day: Day;
  readonly epoch: number;
  readonly header: Header;
  readonly anchor: AnchorProof;
}

/** `not-opened`: no custodian gave a share, whatever the reason. Other codes are about what this side found itself. */
export interface RefusedRecord {
  readonly record: RecordId;
  readonly code: string;
}

export interface OpenResult {
  readonly opened: readonly OpenedRecord[];
  readonly refused: readonly RefusedRecord[];
  /** Records that the consent does not permit and for which nobody was asked. */
  readonly outside: number;
  /** `NOT_OPENED` when something was asked for and no share came, else `null`. */
  readonly message: string | null;
  readonly report: CustodyReport & Pick<Listing, "missing" | "rejected" | "withheld">;
}

/**
 * Opens records of one segment: lists and verifies headers, opens lock A, asks the custodians for lock B with one signed
 * request per 128 records, then fetches and decrypts the contents. Every request leaves receipts, refused ones too.
 *
 * Throws `not-opened` and `homes-unreachable` from the listing, `too-few-custodians` naming who did not answer.
 */
export async function openRecords(parameters: OpenParameters): Promise<OpenResult> {
  const { access, filter } = parameters;
  const listing = parameters.listing ?? (await listRecords(parameters));
  const { open: unwrapped, closed } = await openWraps({ ...parameters, listing });
  const refused: RefusedRecord[] = [...closed];
  const consent = access.consent?.body ?? null;
  const permitted = unwrapped.filter(
    ({ content }) =>
      parameters.askAnyway === true || consent === null || permits(consent, content.attributes),
  );
  const wanted = permitted.filter(
    ({ record, content }) => filter === undefined || filter({ record, attributes: content.attributes }),
  );
  refused.push(...wanted.filter(unanchored).map(({ record }) => ({ record, code: "not-anchored" })));
  const ready = wanted.flatMap((item) => (item.anchor === null ? [] : [{ ...item, anchor: item.anchor }]));

  const opened: OpenedRecord[] = [];
  const evidence: Evidence[] = [...listing.evidence];
  const rounds: Asked[] = [];
  let done = 0;
  for (let from = 0; from < ready.length; from += MAX_RECORDS_PER_REQUEST) {
    const chunk = ready.slice(from, from + MAX_RECORDS_PER_REQUEST);
    const records = chunk.map(({ header, content, anchor }) => {
      return { header, attributes: content.attributes, salt: content.salt, anchor };
    });
    const { permits: written } = listing;
    const ask = parameters.ask ?? "threshold";
    const round = await askCustodians({ ...parameters, records, permits: written, ask });
    rounds.push(round);
    const ahead = await fetchAhead(
      parameters,
      chunk.filter((_, i) => round.G[i] !== null),
    );
    const contents = await concurrently(chunk, 6, async (item, i) => {
      const result = await openOne(parameters, item, round.G[i] ?? null, ahead, evidence);
      done += 1;
      parameters.onProgress?.({ done, of: ready.length });
      return result;
    });
    for (const result of contents) {
      if ("code" in result) refused.push(result);
      else opened.push(result);
    }
  }
  const released = rounds.some((round) => round.G.some((G) => G !== null));
  return {
    opened,
    refused,
    outside: unwrapped.length - permitted.length,
    message: rounds.length > 0 && !released ? NOT_OPENED : null,
    report: {
      ...merge(rounds, await provable(parameters.consortium, evidence)),
      missing: listing.missing,
      rejected: listing.rejected,
      withheld: listing.withheld,
    },
  };
}

function unanchored(item: UnwrappedRecord): boolean {
  return item.anchor === null;
}

/** What the consent says about one record, as the custodians will decide it: so that nobody is asked in vain. */
function permits(consent: ConsentBody, { resourceType, from, to }: Attributes): boolean {
  const type = consent.resourceTypes.includes("*") || consent.resourceTypes.includes(resourceType);
  const begins = consent.dataFrom === null || (from !== null && from >= consent.dataFrom);
  const ends = consent.dataTo === null || (to !== null && to <= consent.dataTo);
  return type && begins && ends;
}

/** The contents that are small enough to come together. */
function fetchAhead(
  { runtime, consortium, access }: OpenParameters,
  items: readonly UnwrappedRecord[],
): Promise<ReadonlyMap<Cid, Uint8Array>> {
  const small = items.filter(({ header: { body } }) => body.contentBytes <= MAX_INLINE_CONTENT);
  return fetchBlobs(
    runtime,
    access.signer,
    small.map((item) => {
      const { content: cid, contentBytes: size } = item.header.body;
      return { cid, size, codec: CODEC_RAW, endpoints: keepersOf(consortium, access, item) };
    }),
  );
}

async function openOne(
  parameters: OpenParameters,
  item: UnwrappedRecord & { readonly anchor: AnchorProof },
  G: Uint8Array | null,
  ahead: ReadonlyMap<Cid, Uint8Array>,
  evidence: Evidence[],
): Promise<OpenedRecord | RefusedRecord> {
  const { record, label, header, anchor, content } = item;
  if (G === null) return { record, code: "not-opened" };
  const { body } = header;
  const { runtime, consortium, access } = parameters;
  let ciphertext: Uint8Array | null = null;
  try {
    const endpoints = keepersOf(consortium, access, item);
    ciphertext =
      ahead.get(body.content) ??
      (await fetchBlob(runtime, access.signer, endpoints, body.content, CODEC_RAW));
    const { meta, bytes } = await openContent(body, content.k1, G, ciphertext);
    const { organisation, day, epoch } = body.core;
    const { mediaType, source } = meta;
    const { attributes } = content;
    return { record, attributes, mediaType, bytes, source, label, organisation, day, epoch, header, anchor };
  } catch (error) {
    if (ciphertext !== null && (hasCode(error, "stream-open") || hasCode(error, "bad-content"))) {
      const found = await authorEvidence(parameters, item, G, ciphertext);
      if (found !== null) evidence.push(found);
    }
    return { record, code: codeOf(error) };
  }
}

/** The author's own word against its content, see `content-mismatch`; `null` when it is too large to be shown whole. */
async function authorEvidence(
  { runtime, consortium }: OpenParameters,
  { header, content }: UnwrappedRecord,
  G: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Evidence | null> {
  const { organisation } = header.body.core;
  const keyCard = await firstKeyCard(runtime, consortium, organisation);
  if (keyCard === null || ciphertext.length > MAX_EVIDENCE_BYTES - 16_384) return null;
  return { kind: "content-mismatch", accused: organisation, keyCard, header, k1: content.k1, G, ciphertext };
}

function merge(rounds: readonly Asked[], evidence: readonly Evidence[]): CustodyReport {
  const distinct = <T extends { readonly organisation: OrganisationId }>(
    items: readonly T[],
  ): readonly T[] => [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
  return {
    asked: [...new Set(rounds.flatMap((round) => round.asked))],
    answered: [...new Set(rounds.flatMap((round) => round.answered))],
    silent: distinct(rounds.flatMap((round) => round.silent)),
    culprits: distinct(rounds.flatMap((round) => round.culprits)),
    receipts: rounds.flatMap((round) => round.receipts),
    evidence: [...evidence, ...rounds.flatMap((round) => round.evidence)],
  };
}
