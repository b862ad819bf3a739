import { isAnamnesisError } from "@anamnesis/core/errors";
import { completeAnswers as completeWith } from "@anamnesis/sdk/requests/answerRequest";
import { receivedRequests } from "@anamnesis/sdk/requests/receivedRequests";
import { oneAtATime } from "../oneAtATime.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, patientKeys } from "../session.ts";
import { savePatient } from "../vaultStore.ts";

/** Sends answers that an earlier visit had signed consents for and did not send. What cannot be done now is done at the next visit. */
export async function completeAnswers(): Promise<void> {
  const common = { runtime: browserRuntime, consortium: await consortium() };
  try {
    const { requests } = await receivedRequests({ ...common, keys: patientKeys() });
    if (!requests.some(({ state }) => state === "waiting")) return;
    await oneAtATime(async () =>
      completeWith({ ...common, keys: patientKeys(), save: savePatient, requests }),
    );
  } catch (error) {
    if (!isAnamnesisError(error)) throw error;
  }
}
