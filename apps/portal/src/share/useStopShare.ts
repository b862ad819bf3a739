import { useMutation, useQueryClient } from "@tanstack/react-query";
import { askAgain } from "../app/askAgain.ts";
import { useOnce } from "../parts/useOnce.ts";
import { ask } from "../worker/client.ts";
import type { Share, Stopped } from "../worker/protocol.ts";

/**
 * Stops a share, once however often it is pressed.
 *
 * @param onStopped called as soon as nothing opens any more, and again with what came of the rest, whether or not this page still shows the button.
 */
export function useStopShare(onStopped: (stopped: Stopped) => void) {
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: async ({ consents }: Pick<Share, "consents">) => {
      let inForce: Stopped | null = null;
      try {
        return await ask("stop", { consents }, ({ stopped }) => {
          if (stopped === undefined) return;
          inForce = stopped;
          onStopped(stopped);
          void askAgain(queries, "shares");
        });
      } catch (error) {
        // Whatever ended the worker revives nothing.
        if (inForce === null) throw error;
        return { ...(inForce as Stopped), rest: "later" as const };
      }
    },
    // Not after a failure: it is shown where the share stands, which the answer might move.
    onSuccess: async (stopped) => {
      onStopped(stopped);
      await askAgain(queries, "shares", "wallet-owner");
    },
  });
  return { ...stop, stopOnce: useOnce(stop) };
}
