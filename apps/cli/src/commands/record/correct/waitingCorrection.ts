import type { Digest } from "@anamnesis/core/ids";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import {
  correctionQueue,
  type CorrectionQueueParameters,
  type WaitingCorrection,
} from "@anamnesis/sdk/corrections/correctionQueue";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys } from "../../../files/keyFiles.ts";
import { systemRuntime } from "../../../runtime.ts";
import { personalLock } from "../../options.ts";
import { correctionNotFound } from "./withdraw.ts";

/** A correction that waits for the organisation of this person, with what it takes to answer it. Throws `correction-not-found`. */
export async function waitingCorrection(
  id: Digest,
  { node, actor }: { readonly node: string; readonly actor: string },
): Promise<CorrectionQueueParameters & { readonly correction: WaitingCorrection }> {
  const keys = await readActorKeys(actor, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: node });
  const common = {
    runtime: systemRuntime,
    consortium,
    keys,
    node: connect(systemRuntime, node, httpSigner(keys.ed25519)),
  };
  const { waiting } = await correctionQueue(common);
  const correction = waiting.find((one) => one.id === id);
  if (correction === undefined) throw correctionNotFound("--actor");
  return { ...common, correction };
}
