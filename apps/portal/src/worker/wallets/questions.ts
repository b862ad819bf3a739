import { AnamnesisError } from "@anamnesis/core/errors";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import type { Reply, WalletAnswer } from "../protocol.ts";

interface Open {
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

const open = new Map<number, Open>();
let last = 0;

/** Asks the page, in the course of one of its calls, to have the wallet sign. Only what the person began gets one: a wallet is never asked unasked. */
export function walletFor(id: number, reply: (value: Reply) => void): WalletSigner {
  return async (account, data) =>
    new Promise((resolve, reject) => {
      const question = ++last;
      open.set(question, { resolve, reject });
      reply({ id, type: "question", question, asked: { account, data } });
    });
}

/** What the page said. An answer to no question is nothing. */
export function takeAnswer(answer: WalletAnswer): void {
  const asked = open.get(answer.question);
  open.delete(answer.question);
  if ("signature" in answer) asked?.resolve(answer.signature);
  else asked?.reject(new AnamnesisError(answer.failure));
}
