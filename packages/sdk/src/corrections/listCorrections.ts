import { type CorrectionPage, correctionRoutes } from "@anamnesis/api/routes/corrections";
import { signsFor } from "@anamnesis/core/consent/signsFor";
import {
  type Correction,
  correctionId,
  correctionSigner,
  openOwnCorrection,
  type SealedCorrection,
} from "@anamnesis/core/correction/correction";
import {
  type CorrectionAnswer,
  correctionAnswerSigner,
  openCorrectionAnswer,
  type SealedCorrectionAnswer,
} from "@anamnesis/core/correction/correctionAnswer";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId, Digest, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { accessRequestFor, ownerAccess } from "../access.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium, Member } from "../consortium.ts";
import { receiptKeys } from "../keys/epochKeys.ts";
import { newestCard, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { withAnySeed } from "../keys/withAnySeed.ts";
import { codeOf, ourError } from "../ourError.ts";
import { connect, type Runtime } from "../runtime.ts";

export type CorrectionState = "waiting" | "corrected" | "declined" | "withdrawn" | "expired";

export interface ListCorrectionsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  /** Segments about whose records something was asked; all by default. */
  readonly kinds?: readonly SegmentKind[];
  /** Authors that are asked besides the homes; those that a letter names are asked anyway. */
  readonly authors?: readonly OrganisationId[];
}

/** What the owner asked, and what became of it. */
export interface ListedCorrection {
  readonly id: Digest;
  readonly kind: SegmentKind;
  readonly record: RecordId;
  /** Whose record it is. */
  readonly organisation: OrganisationId;
  readonly asked: Pick<Correction, "message" | "proposed">;
  readonly time: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  readonly state: CorrectionState;
  /** Who said it, as the directory has them, and when. That a record was corrected the record shows. */
  readonly answer: (CorrectionAnswer & { readonly actor: ActorId; readonly time: UnixSeconds }) | null;
  readonly sealed: SealedCorrection;
  /** Members whose nodes showed it. */
  readonly keptAt: readonly OrganisationId[];
}

export interface ListedCorrections {
  /** Newest first. */
  readonly corrections: readonly ListedCorrection[];
  /** What is no correction of this owner's, with the code: shown to nobody as one. */
  readonly unreadable: readonly { readonly id: Digest; readonly code: string }[];
  /** Answers that are nobody's whom the directory has at the author so now: they count for nothing. */
  readonly unchecked: number;
  /** Nodes that did not say, with the code. */
  readonly silent: readonly {
    readonly node: OrganisationId;
    readonly kind: SegmentKind;
    readonly code: string;
  }[];
}

interface Gathered {
  readonly id: Digest;
  readonly correction: SealedCorrection;
  readonly withdrawn: boolean;
  /** Every answer that a node has: one may lie, so that each is verified. */
  readonly answers: readonly SealedCorrectionAnswer[];
  readonly keptAt: readonly OrganisationId[];
}

/** What this owner asked to be put right: from the homes of each segment and from the authors, opened and checked here, so that what one hides another shows. Throws `unknown-segment`. */
export async function listCorrections(parameters: ListCorrectionsParameters): Promise<ListedCorrections> {
  const { consortium, keys, kinds = SEGMENT_KINDS, authors = [] } = parameters;
  const silent: ListedCorrections["silent"][number][] = [];
  const unreadable: ListedCorrections["unreadable"][number][] = [];
  const corrections: ListedCorrection[] = [];
  let unchecked = 0;
  await concurrently(kinds, 4, async (kind) => {
    const gathered = new Map<Digest, Gathered>();
    const asked = new Set<OrganisationId>();
    const gather = async (organisations: readonly OrganisationId[]): Promise<void> => {
      const members = organisations.flatMap((organisation) => {
        const member = consortium.members.get(organisation);
        return member?.status === "active" && !asked.has(organisation) ? [member] : [];
      });
      for (const { organisation } of members) asked.add(organisation);
      await concurrently(members, 4, async (member) => {
        try {
          for (const item of await itemsAt(parameters, kind, member)) take(gathered, member, item);
        } catch (error) {
          silent.push({ node: member.organisation, kind, code: codeOf(error) });
        }
      });
    };
    const { body: card } = newestCard(segmentOf(keys, kind));
    await gather([...new Set([...card.homes, ...authors])]);
    await gather([...new Set([...gathered.values()].map(({ correction }) => correction.body.organisation))]);
    for (const one of gathered.values()) {
      try {
        const read = await readOne(parameters, kind, one);
        corrections.push(read.correction);
        unchecked += read.unchecked;
      } catch (error) {
        unreadable.push({ id: one.id, code: codeOf(error) });
      }
    }
  });
  return { corrections: corrections.toSorted((a, b) => b.time - a.time), unreadable, unchecked, silent };
}

async function itemsAt(
  { runtime, keys }: ListCorrectionsParameters,
  kind: SegmentKind,
  { organisation, endpoint }: Member,
): Promise<CorrectionPage["corrections"]> {
  const access = ownerAccess(keys, kind);
  const client = connect(runtime, endpoint, access.signer);
  const all: CorrectionPage["corrections"][number][] = [];
  for (let from: number | null = 0; from !== null;) {
    const request = accessRequestFor(runtime, access, "corrections", organisation, "PATRQT", from);
    const page: CorrectionPage = await client.call(correctionRoutes.listCorrections, {}, request);
    all.push(...page.corrections);
    // Not forwards means no end.
    from = page.next !== null && page.next > from ? page.next : null;
  }
  return all;
}

function take(
  gathered: Map<Digest, Gathered>,
  { organisation }: Member,
  { correction, withdrawnAt, answer }: CorrectionPage["corrections"][number],
): void {
  const id = correctionId(correction.body);
  const before = gathered.get(id) ?? { id, correction, withdrawn: false, answers: [], keptAt: [] };
  gathered.set(id, {
    ...before,
    withdrawn: before.withdrawn || withdrawnAt !== null,
    answers: answer === null ? before.answers : [...before.answers, answer],
    keptAt: [...before.keptAt, organisation],
  });
}

async function readOne(
  parameters: ListCorrectionsParameters,
  kind: SegmentKind,
  { id, correction, withdrawn, answers, keptAt }: Gathered,
): Promise<{ readonly correction: ListedCorrection; readonly unchecked: number }> {
  const { runtime, consortium, keys } = parameters;
  const segment = segmentOf(keys, kind);
  const { opening, organisation, record, time, expiresAt } = correction.body;
  const signer = correctionSigner(correction);
  const { delegation = null } = correction;
  const owner = signer === null ? null : signsFor(consortium.identity, segment.id, signer, delegation);
  // Owners one after the other: what an earlier one asked is this person's too.
  const isOwn = segment.cards.some(({ body }) => body.owner === owner);
  if (!isOwn || segmentIdOfOpening(opening) !== segment.id) throw notOwn();
  const seeds = await receiptKeys(keys, segment);
  const { message, proposed } = await withAnySeed(seeds, (seed) => openOwnCorrection(correction.body, seed));
  let answer: ListedCorrection["answer"] = null;
  let unchecked = 0;
  for (const one of answers) {
    const said = await readAnswer(consortium, seeds, id, organisation, one);
    if (said === null) unchecked += 1;
    else if (answer === null || said.time < answer.time) answer = said;
  }
  const state: CorrectionState =
    answer?.outcome ?? (withdrawn ? "withdrawn" : expiresAt <= runtime.now() ? "expired" : "waiting");
  const asked = { message, proposed };
  const read = { id, kind, record, organisation, asked, time, expiresAt, state, answer, keptAt };
  return { correction: { ...read, sealed: correction }, unchecked: answer === null ? unchecked : 0 };
}

/** `null` for an answer of nobody at the author: a home cannot answer for it. Of people who have left too: what they signed stays their word. */
async function readAnswer(
  { actors }: Consortium,
  seeds: readonly Uint8Array[],
  id: Digest,
  organisation: OrganisationId,
  value: SealedCorrectionAnswer,
): Promise<NonNullable<ListedCorrection["answer"]> | null> {
  const { correction, answerer, time } = value.body;
  const known = actors.get(answerer.actor);
  const isTheirs =
    correction === id &&
    answerer.organisation === organisation &&
    known !== undefined &&
    known.organisation === organisation &&
    (known.role === "practitioner" || known.role === "staff") &&
    known.signer === correctionAnswerSigner(value);
  if (!isTheirs) return null;
  try {
    const said = await withAnySeed(seeds, (seed) => openCorrectionAnswer(value.body, seed));
    return { ...said, actor: answerer.actor, time };
  } catch (error) {
    ourError(error);
    return null;
  }
}

function notOwn(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "A correction is signed by the owner of the record's segment.",
    fix: "A node shows what you did not ask for; tell its operator.",
  });
}
