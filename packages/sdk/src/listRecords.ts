import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { Purpose } from "@anamnesis/core/consent/consent";
import { concatBytes, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { BodyLabel, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { Header } from "@anamnesis/core/record/header";
import { verifyHeader } from "@anamnesis/core/record/verifyHeader";
import type { AnchorProof } from "@anamnesis/core/release/releaseRequest";
import { type Card, verifyCard } from "@anamnesis/core/segment/card";
import type { Permit } from "@anamnesis/core/segment/permit";
import { accessRequestFor, type SegmentAccess } from "./access.ts";
import type { Consortium, Member } from "./consortium.ts";
import { connect, type Runtime } from "./runtime.ts";
import { isAuthor } from "./verify.ts";
import { codeOf } from "./ourError.ts";

export interface ListedRecord {
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly header: Header;
  /** `null`: its batch is not on the ledger yet, so custodians do not open it yet. */
  readonly anchor: AnchorProof | null;
}

/** What a segment holds, as its homes say; headers verified, nothing opened. */
export interface Listing {
  readonly records: readonly ListedRecord[];
  readonly permits: readonly Permit[];
  /** All cards from the first, verified. */
  readonly cards: readonly Card[];
  /** Labels that a header names as its predecessor and that no home that was asked has: something is withheld. */
  readonly missing: readonly BodyLabel[];
  /** Headers that do not prove themselves; they are left out of `records`. */
  readonly rejected: readonly { readonly label: BodyLabel | null; readonly reason: string }[];
  /** Homes that answered, and those that did not with the code. */
  readonly answered: readonly OrganisationId[];
  readonly silent: readonly { readonly organisation: OrganisationId; readonly code: string }[];
}

export interface ListRecordsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly access: SegmentAccess;
  readonly purpose: Purpose;
}

interface Gathered {
  readonly headers: Map<string, { readonly header: Header; readonly anchor: AnchorProof | null }>;
  readonly permits: Map<string, Permit>;
  cards: readonly Card[];
}

/**
 * Lists a segment from its homes: one is enough when the chains of its headers are whole, else the next ones are asked
 * too. Throws `not-opened` when every home that answers says that there is nothing for this requester, and
 * `homes-unreachable` when none answers.
 */
export async function listRecords(parameters: ListRecordsParameters): Promise<Listing> {
  const { consortium, access } = parameters;
  const gathered: Gathered = { headers: new Map(), permits: new Map(), cards: [] };
  const answered: OrganisationId[] = [];
  const silent: { organisation: OrganisationId; code: string }[] = [];
  let verified = verifyAll(parameters, gathered);
  for (const organisation of access.card.body.homes) {
    const home = consortium.members.get(organisation);
    if (home === undefined) continue;
    try {
      await gather(parameters, home, gathered);
    } catch (error) {
      silent.push({ organisation, code: codeOf(error) });
      continue;
    }
    answered.push(organisation);
    verified = verifyAll(parameters, gathered);
    const whole = verified.missing.length === 0 && verified.records.every((item) => item.anchor !== null);
    if (whole) break;
  }
  if (answered.length === 0) {
    throw silent.some((home) => home.code === "not-found") ? notOpened() : homesUnreachable(silent);
  }
  return { ...verified, permits: [...gathered.permits.values()], answered, silent };
}

/** One message for no record, no consent and a revoked one: nobody learns which. */
export const NOT_OPENED =
  "No custodian released a share: there is no such record, or no live consent for you.";

export function notOpened(): AnamnesisError<"not-opened"> {
  return new AnamnesisError({
    code: "not-opened",
    rule: NOT_OPENED,
    fix: "Ask the patient for a consent for this purpose.",
  });
}

function homesUnreachable(silent: readonly { readonly code: string }[]): AnamnesisError<"homes-unreachable"> {
  return new AnamnesisError({
    code: "homes-unreachable",
    rule: "A segment is listed by one of its homes.",
    fix: "Try again when a home's node is up.",
    meta: { asked: silent.length, codes: [...new Set(silent.map((home) => home.code))].join(", ") },
  });
}

async function gather(
  { runtime, access, purpose }: ListRecordsParameters,
  home: Member,
  into: Gathered,
): Promise<void> {
  const client = connect(runtime, home.endpoint, access.signer);
  let from: number | null = 0;
  while (from !== null) {
    const request = accessRequestFor(runtime, access, "headers", home.organisation, purpose, from);
    const page = await client.call(exchangeRoutes.listHeaders, {}, request);
    for (const { header, anchor } of page.headers) {
      const key = toHex(concatBytes(header.body.U, header.signature));
      const known = into.headers.get(key);
      into.headers.set(key, { header, anchor: anchor ?? known?.anchor ?? null });
    }
    for (const permit of page.permits)
      into.permits.set(toHex(concatBytes(permit.body.salt, permit.signature)), permit);
    if (page.cards.length > into.cards.length) into.cards = page.cards;
    // A home that sends the same page for ever would hold the reader for ever.
    if (page.next !== null && page.next <= from) break;
    from = page.next;
  }
}

function verifyAll(
  { consortium, access }: ListRecordsParameters,
  gathered: Gathered,
): Pick<Listing, "records" | "cards" | "missing" | "rejected"> {
  const records: ListedRecord[] = [];
  const rejected: { label: BodyLabel | null; reason: string }[] = [];
  for (const { header, anchor } of gathered.headers.values()) {
    const { core } = header.body;
    const reason =
      core.segment !== access.segment
        ? "segment"
        : core.committee !== consortium.committee.id
          ? "committee"
          : null;
    if (reason !== null) {
      rejected.push({ label: null, reason });
      continue;
    }
    try {
      const { record, label, signer } = verifyHeader(header, consortium.committee.key);
      if (isAuthor(consortium, core, signer)) records.push({ record, label, header, anchor });
      else rejected.push({ label, reason: "author" });
    } catch (error) {
      if (!hasCode(error, "bad-header")) throw error;
      rejected.push({ label: null, reason: String(error.meta["reason"]) });
    }
  }
  const labels = new Set(records.map((item) => item.label));
  const missing = records.flatMap(({ header: { body } }) =>
    body.core.previous === null || labels.has(body.core.previous) ? [] : [body.core.previous],
  );
  return { records, rejected, missing, cards: verifiedCards(consortium, access, gathered.cards) };
}

/** A chain that does not verify is not used: the reader's own card then stands alone. */
function verifiedCards(
  { identity }: Consortium,
  access: SegmentAccess,
  cards: readonly Card[],
): readonly Card[] {
  try {
    cards.forEach((card, i) => verifyCard(identity, card, cards[i - 1] ?? null));
  } catch {
    return [access.card];
  }
  return cards[0]?.body.segment === access.segment ? cards : [access.card];
}
