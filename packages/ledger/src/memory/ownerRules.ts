import { addressOf, isPoint } from "@anamnesis/core/crypto/secp256k1";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import type { IntentOutcome } from "@anamnesis/core/ports/ledger";
import { nextOwnerDigest, segmentIdOf } from "@anamnesis/core/segment/segmentId";
import { ALREADY, refused } from "../refusal.ts";
import { type IntentOf, type Ruling, type SignedBy, ZERO_ADDRESS, ZERO_HASH } from "./ruling.ts";
import type { LedgerState } from "./state.ts";

/** `Owners` in its order of checks. */
export function rotateOwner(state: LedgerState, intent: IntentOf<"RotateOwner">, signedBy: SignedBy): Ruling {
  const { type: _, shown, ...fields } = intent;
  const standing = state.owners.get(intent.segment);
  const judged = judgeGeneration(standing, intent);
  if (judged !== null) return judged;
  const { opening } = shown;
  if ((opening === null) === (standing === undefined)) return refused("opening-misplaced");
  if (opening !== null && segmentIdOf(opening.owner, opening.nextOwner, opening.kind) !== intent.segment) {
    return refused("wrong-opening");
  }
  if (intent.newOwner === ZERO_ADDRESS || intent.newNextOwner === ZERO_HASH) {
    return refused("incomplete-rotation");
  }
  const key = fromHex(shown.publicKey);
  if (!isPoint(key) || nextOwnerDigest(key) !== (opening ?? standing)?.nextOwner) {
    return refused("wrong-next-key");
  }
  if (!signedBy(addressOf(key))) return refused("bad-signature");
  const { newOwner: owner, newNextOwner: nextOwner, generation } = intent;
  return {
    change: () => state.owners.set(intent.segment, { owner, nextOwner, generation }),
    events: [{ type: "owner-rotated", ...fields }],
  };
}

/** `null` when the generation is the next one. */
function judgeGeneration(
  standing: ReturnType<LedgerState["owners"]["get"]>,
  { generation, newOwner, newNextOwner }: IntentOf<"RotateOwner">,
): IntentOutcome | null {
  const current = standing?.generation ?? 0;
  if (generation > current) return generation - current === 1 ? null : refused("rotation-gap");
  if (generation < current || standing === undefined) return refused("rotation-past");
  const same = standing.owner === newOwner && standing.nextOwner === newNextOwner;
  return same ? ALREADY : refused("rotation-conflict");
}
