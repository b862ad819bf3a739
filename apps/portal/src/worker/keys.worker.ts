import { AnamnesisError } from "@anamnesis/core/errors";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import type { Call, Failure, MethodName, Progress, Reply, WalletAnswer } from "./protocol.ts";
import { methods } from "./methods.ts";
import { paced } from "./paced.ts";
import { takeAnswer, walletFor } from "./wallets/questions.ts";

/** The worker: it alone has keys. It answers calls of the page, each by its number. */
const scope = self as unknown as DedicatedWorkerGlobalScope;

scope.addEventListener("message", ({ data }: MessageEvent<Call | WalletAnswer>) => {
  if ("question" in data) takeAnswer(data);
  else void answer(data);
});

async function answer({ id, method, parameters }: Call): Promise<void> {
  const progress = paced((value) => reply({ id, type: "progress", progress: value }));
  try {
    const found = methods[method] as (
      parameters: unknown,
      progress: (value: Progress) => void,
      wallet: WalletSigner,
    ) => Promise<unknown>;
    reply({ id, type: "done", value: await found(parameters, progress, walletFor(id, reply)) });
  } catch (error) {
    reply({ id, type: "failed", failure: failureOf(error, method) });
  }
}

function reply(value: Reply): void {
  scope.postMessage(value, []);
}

/** What is ours says what to do next; anything else is a defect of which only the method is told. */
function failureOf(error: unknown, method: MethodName): Failure {
  if (error instanceof AnamnesisError) return error.toJSON();
  return {
    code: "internal",
    rule: "This is a defect of the portal.",
    fix: "Load the page again; if it comes back, tell the people who run this node.",
    meta: { method, error: error instanceof Error ? error.name : typeof error },
  };
}
