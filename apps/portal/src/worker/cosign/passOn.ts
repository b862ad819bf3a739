import { concurrently } from "@anamnesis/sdk/concurrently";
import { passOnDecline } from "@anamnesis/sdk/decline";
import { ourError } from "@anamnesis/sdk/ourError";
import type { ReadToEndorse } from "@anamnesis/sdk/readToEndorse";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { browserRuntime } from "../runtime.ts";
import { consortium, session, staffKeys } from "../session.ts";

const declined = new WeakMap<object, Set<string>>();

/** Records of the queue that somebody of the own organisation has declined. */
export function rememberDeclined(records: readonly string[]): void {
  declined.set(session(), new Set(records));
}

/** Brings words of the own organisation to who was to have them too: a page that was closed, or a node that was down, may have kept them at the own node alone. Once for each reading of the queue; what fails is tried at the next one. */
export async function passOn(read: readonly ReadToEndorse[]): Promise<void> {
  const known = declined.get(session());
  const due = read.filter(({ opened }) => known?.delete(opened.record) === true);
  if (due.length === 0) return;
  const keys = staffKeys();
  const node = connect(browserRuntime, self.location.origin, httpSigner(keys.ed25519));
  const common = { runtime: browserRuntime, consortium: await consortium(), keys, node };
  await concurrently(due, 2, async (one) => {
    try {
      await passOnDecline({ ...common, read: one });
    } catch (error) {
      ourError(error);
    }
  });
}
