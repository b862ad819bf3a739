import { correctionRoutes } from "@anamnesis/api/routes/corrections";
import {
  type CorrectionAnswer,
  correctionAnswerDigest,
  sealCorrectionAnswer,
  type SealedCorrectionAnswer,
} from "@anamnesis/core/correction/correctionAnswer";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import type { OrganisationId } from "@anamnesis/core/ids";
import { concurrently } from "../concurrently.ts";
import { codeOf } from "../ourError.ts";
import { askerOf } from "../requests/askAccess.ts";
import { connect, httpSigner } from "../runtime.ts";
import type { CorrectionQueueParameters, WaitingCorrection } from "./correctionQueue.ts";
import { keepersOfCorrection } from "./keepersOfCorrection.ts";

/** A person's signed answer to a correction, sealed to its owner. It is made once; what is sent again are the same bytes. Throws `bad-field` for a decline without a reason, or words that are too long, `no-organisation`. */
export async function makeCorrectionAnswer(
  { runtime, keys }: Pick<CorrectionQueueParameters, "runtime" | "keys">,
  { id, card }: Pick<WaitingCorrection, "id" | "card">,
  answer: CorrectionAnswer,
): Promise<SealedCorrectionAnswer> {
  const outside = { correction: id, answerer: askerOf(keys), time: runtime.now() };
  const body = await sealCorrectionAnswer(outside, answer, card.body.receiptKey);
  return { body, signature: sign(correctionAnswerDigest(body), keys.secp256k1) };
}

export interface LeftAnswer {
  /** Organisations whose nodes keep it, the own one first. */
  readonly kept: readonly OrganisationId[];
  /** Homes that did not take it, with the code: the owner asks the own node too. */
  readonly missing: readonly { readonly organisation: OrganisationId; readonly code: string }[];
}

/**
 * Leaves an answer at the own node, which has it on its disk when it answers, then at the homes of the record's segment. Throws what the own node answers: `not-authorised`, `not-found`, `correction-closed` (a colleague was
 * quicker, or the owner withdrew it).
 */
export async function leaveCorrectionAnswer(
  { runtime, consortium, keys, node }: CorrectionQueueParameters,
  { card }: Pick<WaitingCorrection, "card">,
  answer: SealedCorrectionAnswer,
): Promise<LeftAnswer> {
  await node.call(correctionRoutes.putCorrectionAnswer, {}, answer);
  const own = answer.body.answerer.organisation;
  const kept = [own];
  const missing: LeftAnswer["missing"][number][] = [];
  const others = keepersOfCorrection(consortium, own, card.body.homes).filter(
    ({ organisation }) => organisation !== own,
  );
  await concurrently(others, 4, async ({ organisation, endpoint }) => {
    try {
      const home = connect(runtime, endpoint, httpSigner(keys.ed25519));
      await home.call(correctionRoutes.putCorrectionAnswer, {}, answer);
      kept.push(organisation);
    } catch (error) {
      missing.push({ organisation, code: codeOf(error) });
    }
  });
  return { kept, missing };
}
