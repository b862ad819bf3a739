import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { concatBytes, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Evidence } from "@anamnesis/core/evidence/evidence";
import type { BodyLabel, Digest, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { Header } from "@anamnesis/core/record/header";
import {
  headerLabels,
  type SignedHeaderStatement,
  verifyHeaderStatement,
} from "@anamnesis/core/record/headerStatement";
import { accessRequestDigest } from "@anamnesis/core/release/accessRequest";
import type { AnchorProof } from "@anamnesis/core/release/releaseRequest";
import { type Card, verifyChain } from "@anamnesis/core/segment/card";
import type { Permit } from "@anamnesis/core/segment/permit";
import { accessRequestFor, type SegmentAccess } from "./access.ts";
import { isNewerChain } from "./cards/isNewerChain.ts";
import type { Consortium, Member } from "./consortium.ts";
import {
  authorOf,
  proveHeaders,
  proveOne,
  type Proving,
  type WhatIsVerified,
} from "./listing/proveHeaders.ts";
import type { KeptList, SegmentMemory } from "./listing/segmentMemory.ts";
import { type RejectedHeader, type ToldHeader, toldHeader } from "./listing/toldHeader.ts";
import { aboutAccused, memberCards } from "./memberCards.ts";
import { codeOf } from "./ourError.ts";
import { provable } from "./provable.ts";
import { connect, type Runtime } from "./runtime.ts";

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
  /** Of this segment, from an earlier look; used and brought up to date with `verify: "signatures"`. */
  readonly memory?: SegmentMemory;
}

interface Gathered {
  /** By point and signature, in the order in which they were told. */
  readonly headers: Map<string, ToldHeader>;
  readonly permits: Map<string, Permit>;
  /** Verified. */
  cards: readonly Card[];
  readonly withheld: Withheld[];
  readonly evidence: Evidence[];
}

/** A page of a home's list: its headers' keys in `Gathered.headers`, and the position after the last one. */
interface ToldPage {
  readonly keys: readonly string[];
  readonly end: number;
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
    let told: ToldList;
    try {
      told = await gather(parameters, home, gathered);
    } catch (error) {
      silent.push({ organisation, code: codeOf(error) });
      continue;
    }
    answered.push(organisation);
    verified = verifyAll(parameters, gathered);
    memoryOf(parameters)?.keepList(told.generation, organisation, keptOf(parameters, told, gathered));
    const whole = verified.missing.length === 0 && verified.records.every((item) => item.anchor !== null);
    if (whole) break;
  }
  if (answered.length === 0) {
    if (!silent.some((home) => home.code === "not-found")) throw homesUnreachable(silent);
    parameters.memory?.end();
    throw notOpened();
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

interface ToldList {
  /** What was remembered of it, and of which time. */
  readonly kept: KeptList;
  readonly generation: number;
  readonly pages: readonly ToldPage[];
}

/** What is remembered goes before what came since; where the home's word does not fit both, it is asked for everything. */
async function gather(parameters: ListRecordsParameters, home: Member, into: Gathered): Promise<ToldList> {
  const memory = memoryOf(parameters);
  const kept = memory?.listOf(home.organisation) ?? null;
  const generation = memory?.generation ?? 0;
  if (kept !== null) {
    const others = new Set(into.headers.keys());
    try {
      return { kept, generation, pages: await gatherFrom(parameters, home, kept, into) };
    } catch (error) {
      if (!hasCode(error, "bad-statement")) throw error;
      memory?.clear();
      for (const key of into.headers.keys()) if (!others.has(key)) into.headers.delete(key);
    }
  }
  const nothing = { from: 0, headers: [] };
  const now = memory?.generation ?? 0;
  return { kept: nothing, generation: now, pages: await gatherFrom(parameters, home, nothing, into) };
}

async function gatherFrom(
  parameters: ListRecordsParameters,
  home: Member,
  kept: KeptList,
  into: Gathered,
): Promise<readonly ToldPage[]> {
  const told: ToldHeader[] = [...kept.headers];
  const pages: ToldPage[] = [];
  let last: { readonly signed: SignedHeaderStatement; readonly request: Digest } | null = null;
  for await (const { request, page } of pagesOf(parameters, home, kept.from)) {
    // A home that does not answer says nothing, whatever it said before.
    if (last === null) recall(kept, into);
    // They come with the first page and the last. A false chain that claims more rotations would keep the other homes' from being used.
    if (page.cards.length > 0) requireChain(parameters, page.cards);
    if (isNewerChain(page.cards, into.cards)) into.cards = page.cards;
    last = { signed: page.statement, request: toHex<Digest>(accessRequestDigest(request.body)) };
    const keys: string[] = [];
    for (const { header, anchor } of page.headers) {
      const item = toldHeader(header, anchor);
      told.push(item);
      keys.push(keep(parameters, item, into));
    }
    pages.push({ keys, end: page.end });
    for (const permit of page.permits)
      into.permits.set(toHex(concatBytes(permit.body.salt, permit.signature)), permit);
  }
  await holdToItsWord(parameters, home, told, last, into);
  return pages;
}

function recall({ headers }: KeptList, into: Gathered): void {
  for (const known of headers) {
    const key = keyOf(known);
    if (!into.headers.has(key)) into.headers.set(key, known);
  }
}

/** One that proves itself stays, whatever another home says under the same point and signature. */
function keep(parameters: ListRecordsParameters, item: ToldHeader, into: Gathered): string {
  const key = keyOf(item);
  const known = into.headers.get(key);
  if (known === undefined) into.headers.set(key, item);
  else {
    const proving = provingOf(parameters, into);
    const looked = known.proven === null ? proveOne(proving, known) : known;
    // The TDH2 proof is bound to the body; a signature over another body is somebody's too, so it has to be an author's.
    const stays = authorOf(proving, looked) !== null;
    into.headers.set(key, { ...(stays ? looked : item), anchor: item.anchor ?? known.anchor });
  }
  return key;
}

function keyOf({ header }: ToldHeader): string {
  return toHex(concatBytes(header.body.U, header.signature));
}

function memoryOf({ memory, verify }: ListRecordsParameters): SegmentMemory | undefined {
  return verify === "signatures" ? memory : undefined;
}

/** What of a home's list need not be told again: it begins anew with the page in which something is not on the ledger yet, or does not hold. */
function keptOf(parameters: ListRecordsParameters, { kept, pages }: ToldList, gathered: Gathered): KeptList {
  const proving = provingOf(parameters, gathered);
  const headers = [...kept.headers];
  let { from } = kept;
  for (const { keys, end } of pages) {
    const page = keys.flatMap((key) => gathered.headers.get(key) ?? []);
    if (page.some((told) => told.anchor === null || authorOf(proving, told) === null)) break;
    headers.push(...page);
    from = end;
  }
  return { from, headers };
}

/** A home's pages in their order: the next one comes while one is looked at. */
async function* pagesOf(
  parameters: ListRecordsParameters,
  home: Member,
  begin: number,
): AsyncGenerator<Awaited<ReturnType<typeof fetchPage>>, void> {
  let from = begin;
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
  told: readonly ToldHeader[],
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
  for (const { header } of told) {
    const { body } = header;
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

function provingOf(parameters: ListRecordsParameters, gathered: Gathered): Proving {
  const { consortium, access, verify = "all" } = parameters;
  return { consortium, segment: access.segment, verify, cards: cardsOf(parameters, gathered) };
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
  const proving = provingOf(parameters, gathered);
  const { cards } = proving;
  proveHeaders(proving, gathered.headers);
  const records: ListedRecord[] = [];
  const rejected: RejectedHeader[] = [];
  for (const told of gathered.headers.values()) {
    const { header, anchor, proven } = told;
    if (proven === null) continue;
    if ("reason" in proven) rejected.push(proven);
    else if (authorOf(proving, told) === null) rejected.push({ label: proven.label, reason: "author" });
    else records.push({ record: proven.record, label: proven.label, header, anchor });
  }
  const labels = new Set(records.map((item) => item.label));
  const missing = records.flatMap(({ header: { body } }) =>
    body.core.previous === null || labels.has(body.core.previous) ? [] : [body.core.previous],
  );
  return { records, rejected, missing, cards };
}
