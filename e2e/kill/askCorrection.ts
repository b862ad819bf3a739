import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { World } from "@anamnesis/cli/demo/start/startWorld";
import { systemRuntime } from "@anamnesis/cli/runtime";
import type { SealedCorrectionAnswer } from "@anamnesis/core/correction/correctionAnswer";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import { leaveCorrectionAnswer, makeCorrectionAnswer } from "@anamnesis/sdk/corrections/answerCorrection";
import { askCorrection } from "@anamnesis/sdk/corrections/askCorrection";
import { correctionQueue, type WaitingCorrection } from "@anamnesis/sdk/corrections/correctionQueue";
import { listCorrections, type ListedCorrection } from "@anamnesis/sdk/corrections/listCorrections";
import { passOnCorrections } from "@anamnesis/sdk/corrections/passOnCorrections";
import { withdrawCorrection } from "@anamnesis/sdk/corrections/withdrawCorrection";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { Patient } from "./patient.ts";
import { persist } from "./persist.ts";

/** The patient asks the northern hospital twice to correct a record, withdraws one wish and is denied the other: said again until author and homes have it, and told at the end by nodes that were killed meanwhile. */
export async function askCorrectionAndBeDeclined(
  { consortium, nodes, people }: World,
  patient: Patient,
  record: RecordId,
): Promise<void> {
  const { north, south } = nodes;
  const common = { runtime: systemRuntime, consortium, keys: patient.keys };
  const kinds = ["general"] as const;
  const about = async (): Promise<readonly ListedCorrection[]> => {
    const { corrections } = await listCorrections({ ...common, kinds, authors: [north.organisation] });
    return corrections.filter((one) => one.record === record);
  };
  const waiting = async () => (await about()).find(({ state }) => state === "waiting");
  const staff = {
    runtime: systemRuntime,
    consortium,
    keys: people.registrar,
    node: connect(systemRuntime, north.url, httpSigner(people.registrar.ed25519)),
  };
  await persist("a record at both homes", async () => {
    const { records } = await staff.node.call(exchangeRoutes.recordStatus, {}, { records: [record] });
    if (records[0]?.stored !== true || records[0].anchor === null) throw notEverywhere("stored");
  });
  const ask = (): Promise<ListedCorrection> =>
    persist("a correction", async () => {
      if ((await waiting()) === undefined)
        await askCorrection({ ...common, kind: "general", record, message: "It was the left knee." });
      await passOnCorrections(common, await about());
      const found = await waiting();
      const everywhere = [north, south].every(({ organisation }) => found?.keptAt.includes(organisation));
      if (found === undefined || !everywhere) throw notEverywhere("kept");
      return found;
    });
  const withdrawn = await ask();
  await persist("a withdrawal", async () => {
    const { silent } = await withdrawCorrection({ ...common, correction: withdrawn });
    if (silent.length > 0) throw notEverywhere(silent[0]?.code);
  });
  const declined = await ask();
  let made: { readonly of: WaitingCorrection; readonly answer: SealedCorrectionAnswer } | null = null;
  await persist("an answer", async () => {
    if (made === null) {
      const found = (await correctionQueue(staff)).waiting.find(({ id }) => id === declined.id);
      if (found === undefined) throw notEverywhere("queue");
      const said = { outcome: "declined", successor: null, message: "It was the right one." } as const;
      made = { of: found, answer: await makeCorrectionAnswer(staff, found, said) };
    }
    const { missing } = await leaveCorrectionAnswer(staff, made.of, made.answer);
    if (missing.length > 0) throw notEverywhere(missing[0]?.code);
  });
  const stateOf = new Map((await persist("corrections", about)).map(({ id, state }) => [id, state]));
  if (stateOf.get(withdrawn.id) !== "withdrawn" || stateOf.get(declined.id) !== "declined")
    throw new TypeError("A correction is told as it was withdrawn and answered.");
}

function notEverywhere(code: string | undefined): AnamnesisError<"not-everywhere"> {
  return new AnamnesisError({
    code: "not-everywhere",
    rule: "The author and every home have heard of it.",
    fix: "Say it again.",
    meta: { cause: code ?? null },
  });
}
