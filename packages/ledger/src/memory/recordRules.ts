import { leafHash, verifyInclusion } from "@anamnesis/core/audit/merkleTree";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import type { BodyLabel, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { Inclusion } from "@anamnesis/core/ledger/intents";
import type { IntentOutcome, LedgerEventBody } from "@anamnesis/core/ports/ledger";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { ALREADY, refused } from "../refusal.ts";
import { authorise } from "./authorise.ts";
import { type IntentOf, type Ruling, type SignedBy, ZERO_HASH } from "./ruling.ts";
import { type LedgerState, recordKey, type RecordState } from "./state.ts";

const MAX_ENDORSERS = 16;

// Each in the order of checks of `Records`.

export function anchorBatch(state: LedgerState, intent: IntentOf<"AnchorBatch">, signedBy: SignedBy): Ruling {
  const { type: _, ...fields } = intent;
  const { organisation, sequence, root, count, manifest } = intent;
  const signer = authorise(state, organisation, "AnchorBatch");
  if (typeof signer !== "string") return signer;
  if (count === 0 || root === ZERO_HASH) return refused("empty-batch");
  const batches = state.batches.get(organisation) ?? [];
  if (sequence > batches.length + 1) return refused("sequence-gap");
  if (sequence <= batches.length) {
    return isAnchored(state, organisation, intent) ? ALREADY : refused("sequence-conflict");
  }
  if (!signedBy(signer)) return refused("bad-signature");
  return {
    change: () => state.batches.set(organisation, [...batches, { root, count, manifest }]),
    events: [{ type: "batch-anchored", ...fields }],
  };
}

export function amendRecord(state: LedgerState, intent: IntentOf<"AmendRecord">, signedBy: SignedBy): Ruling {
  const { type: _, shown, ...fields } = intent;
  const signer = authorise(state, intent.organisation, "AmendRecord");
  if (typeof signer !== "string") return signer;
  const standing = recordOf(state, intent);
  if (intent.successor === ZERO_HASH) return refused("empty-successor");
  if (standing.successor === intent.successor) return ALREADY;
  if (standing.successor !== null) return refused("amend-conflict");
  if (standing.retracted) return refused("record-retracted");
  const excluded = exclusion(state, { ...intent, label: shown.label }, shown.inclusion);
  if (excluded !== null) return excluded;
  if (!signedBy(signer)) return refused("bad-signature");
  return changed(state, intent, { ...standing, successor: intent.successor }, [
    { type: "record-amended", ...fields },
  ]);
}

export function retractRecord(
  state: LedgerState,
  intent: IntentOf<"RetractRecord">,
  signedBy: SignedBy,
): Ruling {
  const { type: _, shown, ...fields } = intent;
  const signer = authorise(state, intent.organisation, "RetractRecord");
  if (typeof signer !== "string") return signer;
  const standing = recordOf(state, intent);
  if (standing.retracted) return ALREADY;
  const excluded = exclusion(state, { ...intent, label: shown.label }, shown.inclusion);
  if (excluded !== null) return excluded;
  if (!signedBy(signer)) return refused("bad-signature");
  return changed(state, intent, { ...standing, retracted: true }, [{ type: "record-retracted", ...fields }]);
}

export function nameEndorsers(
  state: LedgerState,
  intent: IntentOf<"NameEndorsers">,
  signedBy: SignedBy,
): Ruling {
  const { type: _, shown, ...fields } = intent;
  const { label, threshold, endorsers } = intent;
  const signer = authorise(state, intent.organisation, "NameEndorsers");
  if (typeof signer !== "string") return signer;
  const standing = recordOf(state, intent);
  if (standing.endorsement !== null) {
    const named = standing.endorsement;
    const same = named.threshold === threshold && named.label === label && isSame(named.endorsers, endorsers);
    return same ? ALREADY : refused("endorsers-conflict");
  }
  if (standing.retracted) return refused("record-retracted");
  if (threshold === 0 || threshold > endorsers.length || endorsers.length > MAX_ENDORSERS) {
    return refused("bad-endorsement");
  }
  if (new Set(endorsers).size !== endorsers.length) return refused("duplicate-member");
  const excluded = exclusion(state, intent, shown.inclusion);
  if (excluded !== null) return excluded;
  if (!signedBy(signer)) return refused("bad-signature");
  const endorsement = { label, threshold, endorsers, by: [] };
  return changed(state, intent, { ...standing, endorsement }, [{ type: "endorsers-named", ...fields }]);
}

export function endorseRecord(
  state: LedgerState,
  intent: IntentOf<"EndorseRecord">,
  signedBy: SignedBy,
): Ruling {
  const { endorser, organisation, record, label, shown } = intent;
  const signer = authorise(state, endorser, "EndorseRecord");
  if (typeof signer !== "string") return signer;
  const standing = recordOf(state, intent);
  const { endorsement } = standing;
  if (endorsement === null) return refused("no-endorsers");
  if (endorsement.label !== label || !isSame(endorsement.endorsers, shown.endorsers)) {
    return refused("endorsers-conflict");
  }
  if (!endorsement.endorsers.includes(endorser)) return refused("not-endorser");
  if (endorsement.by.includes(endorser)) return ALREADY;
  if (standing.retracted) return refused("record-retracted");
  if (!signedBy(signer)) return refused("bad-signature");
  const by = [...endorsement.by, endorser];
  const count = by.length;
  const endorsed: LedgerEventBody = { type: "record-endorsed", organisation, record, endorser, label, count };
  const final: LedgerEventBody = { type: "record-final", organisation, record, label };
  return changed(
    state,
    intent,
    { ...standing, endorsement: { ...endorsement, by } },
    count === endorsement.threshold ? [endorsed, final] : [endorsed],
  );
}

export function eraseRecord(state: LedgerState, intent: IntentOf<"EraseRecord">, signedBy: SignedBy): Ruling {
  const { record } = intent;
  const { custodians } = intent.shown;
  if (state.erased.has(record)) return ALREADY;
  const committee = [...state.committees.values()].at(-1);
  if (committee === undefined) return refused("no-committee");
  if (custodians.length < committee.threshold) return refused("too-few-approvals");
  for (const [index, custodian] of custodians.entries()) {
    if (!committee.members.includes(custodian)) return refused("not-custodian");
    if (custodians.indexOf(custodian) !== index) return refused("duplicate-member");
    const signer = authorise(state, custodian, "EraseRecord");
    if (typeof signer !== "string") return signer;
    if (!signedBy(signer, index)) return refused("bad-signature");
  }
  return {
    change: () => state.erased.add(record),
    events: [{ type: "record-erased", record, custodians }],
  };
}

interface Named {
  readonly organisation: OrganisationId;
  readonly record: RecordId;
}

const UNTOUCHED: RecordState = { successor: null, retracted: false, endorsement: null };

function recordOf(state: LedgerState, name: Named): RecordState {
  return state.records.get(recordKey(name)) ?? UNTOUCHED;
}

function changed(
  state: LedgerState,
  name: Named,
  next: RecordState,
  events: readonly LedgerEventBody[],
): Ruling {
  return { change: () => state.records.set(recordKey(name), next), events };
}

/** `null` when the organisation anchored a leaf of its own with this record and label at the shown place. */
function exclusion(
  state: LedgerState,
  leaf: Named & { readonly label: BodyLabel },
  shown: Inclusion,
): IntentOutcome | null {
  if (!isAnchored(state, leaf.organisation, shown)) return refused("unknown-batch");
  const { index, count: size, path, root } = shown;
  const { record, label, organisation } = leaf;
  const included = verifyInclusion({
    leafHash: leafHash(encodeLeaf({ record, label, organisation })),
    index,
    size,
    path: path.map((hash) => fromHex(hash)),
    root: fromHex(root),
  });
  return included ? null : refused("not-included");
}

function isAnchored(
  state: LedgerState,
  organisation: OrganisationId,
  { sequence, root, count, manifest }: Pick<Inclusion, "sequence" | "root" | "count" | "manifest">,
): boolean {
  const standing = state.batches.get(organisation)?.[sequence - 1];
  return standing?.root === root && standing.count === count && standing.manifest === manifest;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
