import type { CorrectionAnswer } from "@anamnesis/core/correction/correctionAnswer";
import { AnamnesisError } from "@anamnesis/core/errors";
import { amendAsAsked } from "@anamnesis/sdk/corrections/amendAsAsked";
import { leaveCorrectionAnswer, makeCorrectionAnswer } from "@anamnesis/sdk/corrections/answerCorrection";
import type { CorrectionMethods } from "../protocol/corrections.ts";
import { inLane } from "../writing/journals.ts";
import { staff, type Wanted, wantedOf } from "./wanted.ts";

/** The amendment is on the own node's disk before the answer is made; the same again writes and says nothing twice. Throws what `amendAsAsked` and `leaveCorrectionAnswer` throw. */
export const acceptCorrection: CorrectionMethods["acceptCorrection"] = async ({ id, why, already }) => {
  const one = wantedOf(id);
  const { correction, after } = one;
  if (already) {
    await leave(one, { outcome: "corrected", successor: null, message: "" });
    return;
  }
  if (after === null) throw nothingProposed();
  const common = await staff();
  const successor = await inLane("staff", async ({ journal }) =>
    amendAsAsked({ ...common, correction, corrected: after, reason: why, journal }),
  );
  await leave(one, { outcome: "corrected", successor, message: "" });
};

export const declineCorrection: CorrectionMethods["declineCorrection"] = async ({ id, reason }) =>
  leave(wantedOf(id), { outcome: "declined", successor: null, message: reason });

async function leave(one: Wanted, answer: CorrectionAnswer): Promise<void> {
  const common = await staff();
  const said = JSON.stringify(answer);
  if (one.answer?.said !== said) {
    one.answer = { said, sealed: await makeCorrectionAnswer(common, one.correction, answer) };
  }
  await leaveCorrectionAnswer(common, one.correction, one.answer.sealed);
}

function nothingProposed(): AnamnesisError<"nothing-proposed"> {
  return new AnamnesisError({
    code: "nothing-proposed",
    rule: "Only personal details are taken over from what a patient proposes.",
    fix: "Correct the record in the patient's chart or in your own system, then say that it is corrected.",
  });
}
