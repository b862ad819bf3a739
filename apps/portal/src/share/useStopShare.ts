import { useMutation, useQueryClient } from "@tanstack/react-query";
import { askAgain } from "../app/askAgain.ts";
import { useOnce } from "../parts/useOnce.ts";
import { ask } from "../worker/client.ts";
import type { Share, Stopped } from "../worker/protocol.ts";

/** Stops a share, once however often it is pressed. */
export function useStopShare(onStopped: (receipt: Stopped) => void) {
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: async ({ consents }: Pick<Share, "consents">) => ask("stop", { consents }),
    onSuccess: async (receipt) => {
      onStopped(receipt);
      await askAgain(queries, "shares", "wallet-owner");
    },
  });
  return { ...stop, stopOnce: useOnce(stop) };
}
