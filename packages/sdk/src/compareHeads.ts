import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { isAnamnesisError } from "@anamnesis/core/errors";
import type { Evidence } from "@anamnesis/core/evidence/evidence";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Custodian } from "./consortium.ts";
import { aboutAccused, memberCards } from "./memberCards.ts";
import type { AccessLogParameters, Finding } from "./receipts.ts";

/** A head that a log signed, verified, with the entries that were shown to stand in it. */
export interface SeenHead {
  readonly custodian: Custodian;
  readonly kind: SegmentKind;
  /** The signed text. */
  readonly text: string;
  readonly checkpoint: Checkpoint;
  readonly entries: readonly {
    readonly index: number;
    readonly commitment: Uint8Array;
    readonly path: readonly Uint8Array[];
  }[];
}

/** Holds all heads of one log against each other and against those of an earlier time. One proof of each log is enough. */
export async function compareHeads(
  { runtime, consortium, earlier = [] }: AccessLogParameters,
  heads: readonly SeenHead[],
  findings: Finding[],
  evidence: Evidence[],
): Promise<void> {
  for (const custodian of consortium.committee.custodians) {
    const { organisation } = custodian;
    const own = heads.filter((head) => head.custodian.organisation === organisation);
    const first = own[0];
    if (first === undefined) continue;
    const known = earlier.flatMap((text) => knownHead(text, first));
    const conflict = findConflict([...known, ...own]);
    if (conflict === null) continue;
    const { one, other, index } = conflict;
    const detail = `${one.checkpoint.size} and ${other.checkpoint.size}`;
    findings.push({
      code: "conflicting-heads",
      kind: other.kind,
      custodian: organisation,
      request: null,
      detail,
    });
    const cards = await memberCards(runtime, consortium, organisation);
    if (cards === null) continue;
    const partOf = (head: SeenHead) => {
      const entry = head.entries.find((item) => item.index === index);
      return {
        checkpoint: head.text,
        entry: entry === undefined ? null : { commitment: entry.commitment, path: entry.path },
      };
    };
    const [a, b] = [partOf(one), partOf(other)];
    const about = aboutAccused(organisation, cards);
    evidence.push({ kind: "conflicting-heads", ...about, first: a, second: b, index });
  }
}

/** Newest head of each log. */
export function newestHeads(
  heads: readonly SeenHead[],
): readonly { readonly custodian: OrganisationId; readonly checkpoint: string }[] {
  const newest = new Map<OrganisationId, SeenHead>();
  for (const head of heads) {
    const { organisation } = head.custodian;
    const before = newest.get(organisation);
    if (before === undefined || before.checkpoint.size < head.checkpoint.size) newest.set(organisation, head);
  }
  return [...newest].map(([custodian, { text }]) => ({ custodian, checkpoint: text }));
}

/** A text that this log did not sign is nothing: the caller gives the heads of all logs. */
function knownHead(text: string, { custodian, kind }: SeenHead): readonly SeenHead[] {
  const name = logOrigin(custodian.organisation);
  // What an earlier key signed stays the log's word.
  for (const publicKey of [custodian.ed25519, ...custodian.earlierEd25519]) {
    try {
      if (parseCheckpoint(text).origin !== name) return [];
      const checkpoint = verifyCheckpoint(text, { name, publicKey });
      return [{ custodian, kind, text, checkpoint, entries: [] }];
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
    }
  }
  return [];
}

interface Conflict {
  readonly one: SeenHead;
  readonly other: SeenHead;
  /** `null`: one size, two roots. */
  readonly index: number | null;
}

function findConflict(heads: readonly SeenHead[]): Conflict | null {
  const bySize = new Map<number, SeenHead>();
  const byIndex = new Map<number, { readonly head: SeenHead; readonly commitment: Uint8Array }>();
  for (const other of heads) {
    const { size, root } = other.checkpoint;
    const one = bySize.get(size);
    if (one !== undefined && !equalBytes(one.checkpoint.root, root)) return { one, other, index: null };
    bySize.set(size, other);
    for (const { index, commitment } of other.entries) {
      const seen = byIndex.get(index);
      if (seen !== undefined && !equalBytes(seen.commitment, commitment)) {
        return { one: seen.head, other, index };
      }
      byIndex.set(index, { head: other, commitment });
    }
  }
  return null;
}
