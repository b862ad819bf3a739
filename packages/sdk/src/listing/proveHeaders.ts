import { hasCode } from "@anamnesis/core/errors";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import type { ActorId, Address, BodyLabel, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { Header, RecordCore } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { signedHeader, verifyHeader } from "@anamnesis/core/record/verifyHeader";
import type { Card } from "@anamnesis/core/segment/card";
import type { Consortium } from "../consortium.ts";
import { authorsOf, isAuthor } from "../verify.ts";
import { type ToldHeader, toldHeader } from "./toldHeader.ts";

/**
 * `all`: signature and TDH2 proof of every header; one whose do not hold is not in the list, and other homes are asked for a better one. `signatures`: who wrote it
 * and so all that it says, but not the proof, which is no part of what is signed; custodians release nothing without it. That is known by its own signature, or by that of a later header of the
 * same author, which names it as its predecessor: a chain of thousands is one signature. See `proveHeaders`.
 */
export type WhatIsVerified = "all" | "signatures";

export interface Proving {
  readonly consortium: Consortium;
  readonly segment: SegmentId;
  readonly verify: WhatIsVerified;
  /** The segment's, verified; they say who may write as its owner. */
  readonly cards: readonly Card[];
}

/** Who signed a header that names another one as its predecessor. */
interface Namer {
  readonly organisation: OrganisationId;
  readonly author: ActorId;
  readonly signer: Address;
}

/**
 * What each header proves, the newest first; who was looked at before is not again. With `signatures` a header stands that a later one names as its predecessor (core.previous is its `blabel`, which covers all but proof
 * and signature), when both say the same organisation and the same author, and this is the organisation itself or its device: their word is the organisation's. Its node tells a device what to name, so it could have one named that the device did not
 * make: that is listed as the organisation's, and opens for nobody. What a practitioner or an owner signs is their own word, so each of theirs has to be signed. Of two headers with one label at least one has a signature that was changed: both have to hold by themselves.
 */
export function proveHeaders(proving: Proving, headers: Map<string, ToldHeader>): void {
  const seen = new Set<BodyLabel>();
  const twice = new Set<BodyLabel>();
  for (const { label } of headers.values()) (seen.has(label) ? twice : seen).add(label);
  const namers = new Map<BodyLabel, Namer>();
  for (const [key, told] of [...headers].toReversed()) {
    const alone = !twice.has(told.label);
    const isDone = told.proven !== null && (alone || !told.named);
    const now = isDone ? told : proveOne(proving, told, alone ? namers.get(told.label) : undefined);
    if (!isDone) headers.set(key, now);
    const { core } = now.header.body;
    const signer = authorOf(proving, now);
    if (signer === null || core.previous === null || !namesItsOwn(proving, core)) continue;
    namers.set(core.previous, { organisation: core.organisation, author: core.author, signer });
  }
}

/** The header by its own signature (and proof), or by the word of `namer` when there is one. */
export function proveOne(proving: Proving, told: ToldHeader, namer?: Namer): ToldHeader {
  const { consortium, cards, segment, verify } = proving;
  const { header, label } = told;
  const { core, U } = header.body;
  if (core.segment !== segment) return rejected(told, "segment");
  if (core.committee !== consortium.committee.id) return rejected(told, "committee");
  const likely = authorsOf(consortium, core, cards);
  const isNamed =
    verify === "signatures" &&
    namer?.organisation === core.organisation &&
    namer.author === core.author &&
    likely.includes(namer.signer);
  if (isNamed) {
    return { ...told, proven: { record: recordIdOf(U), label, signer: namer.signer }, named: true };
  }
  try {
    const proven =
      verify === "signatures"
        ? signedHeader(header, likely, fromHex(label))
        : verifyHeader(header, consortium.committee.key, likely);
    return { ...told, proven, named: false };
  } catch (error) {
    if (!hasCode(error, "bad-header")) throw error;
    return rejected(told, String(error.meta["reason"]));
  }
}

/** True when its own signature and proof hold. */
export function holdsByItself(proving: Proving, header: Header): boolean {
  const all = { ...proving, verify: "all" } as const;
  return authorOf(all, proveOne(all, toldHeader(header, null))) !== null;
}

/** Who wrote it; `null` when it does not hold, was not looked at, or who signed it may not write there. */
export function authorOf({ consortium, cards }: Proving, { header, proven }: ToldHeader): Address | null {
  if (proven === null || "reason" in proven) return null;
  return isAuthor(consortium, header.body.core, proven.signer, cards) ? proven.signer : null;
}

function namesItsOwn({ consortium }: Proving, { organisation, author }: RecordCore): boolean {
  return (author as string) === (organisation as string) || consortium.actors.get(author)?.role === "device";
}

function rejected(told: ToldHeader, reason: string): ToldHeader {
  return { ...told, proven: { label: null, reason }, named: false };
}
