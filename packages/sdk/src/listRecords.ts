import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { concatBytes, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Evidence } from "@anamnesis/core/evidence/evidence";
import type { BodyLabel, Digest, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { bodyLabelBytes, type Header, type RecordBody } from "@anamnesis/core/record/header";
import {
  headerLabels,
  type SignedHeaderStatement,
  verifyHeaderStatement,
} from "@anamnesis/core/record/headerStatement";
import { accessRequestDigest } from "@anamnesis/core/release/accessRequest";
import { signedHeader, type VerifiedHeader, verifyHeader } from "@anamnesis/core/record/verifyHeader";
import type { AnchorProof } from "@anamnesis/core/release/releaseRequest";
import { type Card, verifyChain } from "@anamnesis/core/segment/card";
import type { Permit } from "@anamnesis/core/segment/permit";
import { accessRequestFor, type SegmentAccess } from "./access.ts";
import type { Consortium, Member } from "./consortium.ts";
import { aboutAccused, memberCards } from "./memberCards.ts";
import { provable } from "./provable.ts";
import { connect, type Runtime } from "./runtime.ts";
import { authorsOf, isAuthor } from "./verify.ts";
import { isNewerChain } from "./cards/isNewerChain.ts";
import { codeOf } from "./ourError.ts";

export interface ListedRecord {
  readonly record: RecordId;
  readonly label: BodyLabel;
  readonly header: Header;
  /** `null`: its batch is not on the ledger yet, so custodians do not open it yet. */
  readonly anchor: AnchorProof | null;
}

/** What a segment holds, as its homes say; nothing opened. */
export interface Listing {
  readonly records: readonly ListedRecord[];
  readonly permits: readonly Permit[];
  /** All cards from the first, verified. */
  readonly cards: readonly Card[];
  /** Labels that a header names as its predecessor and that no home that was asked has: something is withheld. */
  readonly missing: readonly BodyLabel[];
  /** Headers that do not prove themselves; they are left out of `records`. */
  readonly rejected: readonly RejectedHeader[];
  /** Homes that answered, and those that did not with the code. */
  readonly answered: readonly OrganisationId[];
  /** `bad-statement`: the home's list is not the one that it signed as all it keeps. `bad-card`: its cards are no chain of this segment. */
  readonly silent: readonly { readonly organisation: OrganisationId; readonly code: string }[];
  /**
   * Homes that signed a list as all that they keep, without a header that another one of the list names as its predecessor.
   * `proven`: it is the home's own header, and `evidence` has it for anyone to check. Else the header may never have reached
   * that home: this is what the reader saw, no proof.
   */
  readonly withheld: readonly Withheld[];
  readonly evidence: readonly Evidence[];
  readonly verified: WhatIsVerified;
}

/**
 * `all`: signature and TDH2 proof of every header; one whose do not hold is not in the list, and other homes are asked for a better one. `signatures`: who wrote it
 * and so all that it says, but not the proof, which is no part of what is signed; custodians release nothing without it. It is most of the time that a listing takes in a browser.
 */
export type WhatIsVerified = "all" | "signatures";

export interface RejectedHeader {
  readonly label: BodyLabel | null;
  readonly reason: string;
}

export interface Withheld {
  readonly home: OrganisationId;
  readonly label: BodyLabel;
  readonly proven: boolean;
}

export interface ListRecordsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly access: SegmentAccess;
  readonly purpose: Purpose;
  /** `all` by default. */
  readonly verify?: WhatIsVerified;
}

interface GatheredHeader {
  readonly header: Header;
  readonly anchor: AnchorProof | null;
  /** What it proves by itself, or why it proves nothing: two proofs of a millisecond, so once for each header, whichever homes list it. */
  readonly proven: VerifiedHeader | RejectedHeader;
}

interface Gathered {
  readonly headers: Map<string, GatheredHeader>;
  readonly permits: Map<string, Permit>;
  /** Verified. */
  cards: readonly Card[];
  readonly withheld: Withheld[];
  readonly evidence: Evidence[];
}

/**
 * Lists a segment from its homes: one is enough when the chains of its headers are whole, else the next ones are asked
 * too. Throws `not-opened` when every home that answers says that there is nothing for this requester, and
 * `homes-unreachable` when none answers.
 */
export async function listRecords(parameters: ListRecordsParameters): Promise<Listing> {
  const { consortium, access } = parameters;
  const gathered: Gathered = {
    headers: new Map(),
    permits: new Map(),
    cards: [],
    withheld: [],
    evidence: [],
  };
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
  const { withheld } = gathered;
  const evidence = await provable(consortium, gathered.evidence);
  const permits = [...gathered.permits.values()];
  return {
    ...verified,
    permits,
    answered,
    silent,
    withheld,
    evidence,
    verified: parameters.verify ?? "all",
  };
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

async function gather(parameters: ListRecordsParameters, home: Member, into: Gathered): Promise<void> {
  const told: { readonly label: BodyLabel; readonly body: RecordBody }[] = [];
  let last: { readonly signed: SignedHeaderStatement; readonly request: Digest } | null = null;
  for await (const { request, page } of pagesOf(parameters, home)) {
    // They come with the first page. A false chain that claims more rotations would keep the other homes' from being used.
    if (page.cards.length > 0) requireChain(parameters, page.cards);
    if (isNewerChain(page.cards, into.cards)) into.cards = page.cards;
    last = { signed: page.statement, request: toHex<Digest>(accessRequestDigest(request.body)) };
    for (const { header, anchor } of page.headers) {
      const label = bodyLabelBytes(header.body);
      told.push({ label: toHex<BodyLabel>(label), body: header.body });
      const key = toHex(concatBytes(header.body.U, header.signature));
      const known = into.headers.get(key);
      const cards = cardsOf(parameters, into);
      // One that proved itself stays, whatever another home says under the same point and signature.
      const stays = known !== undefined && provesItself(parameters, known, cards);
      into.headers.set(key, {
        header: stays ? known.header : header,
        proven: stays ? known.proven : prove(parameters, header, label, cards),
        anchor: anchor ?? known?.anchor ?? null,
      });
    }
    for (const permit of page.permits)
      into.permits.set(toHex(concatBytes(permit.body.salt, permit.signature)), permit);
  }
  await holdToItsWord(parameters, home, told, last, into);
}

/** A home's pages in their order: the next one comes while one is looked at. */
async function* pagesOf(
  parameters: ListRecordsParameters,
  home: Member,
): AsyncGenerator<Awaited<ReturnType<typeof fetchPage>>, void> {
  let from = 0;
  let coming = fetchPage(parameters, home, from);
  for (;;) {
    const got = await coming;
    const { next } = got.page;
    // A home that sends the same page for ever would hold the reader for ever.
    if (next === null || next <= from) {
      yield got;
      return;
    }
    from = next;
    coming = fetchPage(parameters, home, from);
    // Looked at when its turn comes, or never, if the reader leaves before.
    coming.catch(() => undefined);
    yield got;
  }
}

async function fetchPage(
  { runtime, access, purpose }: ListRecordsParameters,
  { endpoint, organisation }: Member,
  from: number,
) {
  const request = accessRequestFor(runtime, access, "headers", organisation, purpose, from);
  const page = await connect(runtime, endpoint, access.signer).call(exchangeRoutes.listHeaders, {}, request);
  return { request, page };
}

/** Throws `bad-card`. */
function requireChain({ consortium, access }: ListRecordsParameters, cards: readonly Card[]): void {
  verifyChain(consortium.identity, cards);
  if (cards[0]?.body.segment !== access.segment) throw anotherSegment();
}

function anotherSegment(): AnamnesisError<"bad-card"> {
  return new AnamnesisError({
    code: "bad-card",
    rule: "A home gives the cards of the segment that it is asked for.",
    fix: "Ask another home; tell this one's operator.",
    meta: { reason: "segment" },
  });
}

/** The home's list against the statement that it signed with the last page. Throws `bad-statement`. */
async function holdToItsWord(
  { runtime, consortium, access }: ListRecordsParameters,
  { organisation }: Member,
  told: readonly { readonly label: BodyLabel; readonly body: RecordBody }[],
  last: { readonly signed: SignedHeaderStatement; readonly request: Digest } | null,
  into: Gathered,
): Promise<void> {
  const cards = await memberCards(runtime, consortium, organisation);
  const present = cards?.present ?? null;
  const labels = told.map((item) => item.label);
  const statement = last?.signed.statement;
  const kept =
    present !== null &&
    last !== null &&
    statement?.home === organisation &&
    statement.segment === access.segment &&
    statement.request === last.request &&
    statement.count === labels.length &&
    statement.labels === headerLabels(labels) &&
    verifyHeaderStatement(last.signed, present.ed25519);
  if (!kept || cards === null) throw badStatement();
  const known = new Set(labels);
  for (const { body } of told) {
    const { previous, organisation: author } = body.core;
    if (previous === null || known.has(previous)) continue;
    const proven = author === organisation;
    into.withheld.push({ home: organisation, label: previous, proven });
    if (!proven) continue;
    const { signed } = last;
    const about = aboutAccused(organisation, cards);
    into.evidence.push({
      kind: "withheld-header",
      ...about,
      withheld: previous,
      successor: body,
      signed,
      labels,
    });
  }
}

function badStatement(): AnamnesisError<"bad-statement"> {
  return new AnamnesisError({
    code: "bad-statement",
    rule: "A home signs that the headers it gives are all that it keeps of the segment.",
    fix: "Ask another home; tell this one's operator.",
  });
}

/** The TDH2 proof is bound to the body; a signature over another body is somebody's too, so without the proof it has to be an author's. */
function provesItself(
  { consortium, verify }: ListRecordsParameters,
  { header, proven }: GatheredHeader,
  cards: readonly Card[],
): boolean {
  if ("reason" in proven) return false;
  return verify !== "signatures" || isAuthor(consortium, header.body.core, proven.signer, cards);
}

/** Of this segment and committee, and what it proves by itself. */
function prove(
  { consortium, access, verify }: ListRecordsParameters,
  header: Header,
  label: Uint8Array,
  cards: readonly Card[],
): VerifiedHeader | RejectedHeader {
  const { core } = header.body;
  const { committee } = consortium;
  if (core.segment !== access.segment) return { label: null, reason: "segment" };
  if (core.committee !== committee.id) return { label: null, reason: "committee" };
  try {
    const likely = authorsOf(consortium, core, cards);
    return verify === "signatures"
      ? signedHeader(header, likely, label)
      : verifyHeader(header, committee.key, likely);
  } catch (error) {
    if (!hasCode(error, "bad-header")) throw error;
    return { label: null, reason: String(error.meta["reason"]) };
  }
}

/** Without a home that has any, the reader's own card stands alone. */
function cardsOf({ access }: ListRecordsParameters, { cards }: Gathered): readonly Card[] {
  return cards.length > 0 ? cards : [access.card];
}

/** Who may write is said by cards and directory, of which a later home may know more: so it is looked at anew. */
function verifyAll(
  parameters: ListRecordsParameters,
  gathered: Gathered,
): Pick<Listing, "records" | "cards" | "missing" | "rejected"> {
  const { consortium } = parameters;
  const cards = cardsOf(parameters, gathered);
  const records: ListedRecord[] = [];
  const rejected: RejectedHeader[] = [];
  for (const { header, anchor, proven } of gathered.headers.values()) {
    if ("reason" in proven) {
      rejected.push(proven);
      continue;
    }
    const { record, label, signer } = proven;
    if (isAuthor(consortium, header.body.core, signer, cards))
      records.push({ record, label, header, anchor });
    else rejected.push({ label, reason: "author" });
  }
  const labels = new Set(records.map((item) => item.label));
  const missing = records.flatMap(({ header: { body } }) =>
    body.core.previous === null || labels.has(body.core.previous) ? [] : [body.core.previous],
  );
  return { records, rejected, missing, cards };
}
