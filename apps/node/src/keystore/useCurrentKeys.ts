import type { NodeContext } from "../context.ts";

/**
 * The node signs with those of its keys that its copy of the ledger names: the members replace them by vote, and a reorganisation can
 * take that back. While the keystore does not have them it goes on with those of before, whose signatures count nowhere: `health` shows
 * it. Does nothing before the ledger names any.
 */
export async function useCurrentKeys({
  organisation,
  keys,
  copy,
  log,
}: Pick<NodeContext, "organisation" | "keys" | "log"> & {
  readonly copy: Pick<NodeContext["copy"], "memberKeys">;
}): Promise<void> {
  const [newest] = await copy.memberKeys(organisation);
  if (newest === undefined || newest.keyCard === keys.cardDigest) return;
  const { keyCard } = newest;
  if (keys.use(keyCard)) log.info("keys-in-use", { keyCard });
  else log.error("keys-missing", { keyCard });
}
