import { Button } from "@mantine/core";
import { Failed } from "../parts/Failed.tsx";
import { useWords } from "../words/useWords.tsx";
import type { Share, Stopped } from "../worker/protocol.ts";
import { useStopShare } from "./useStopShare.ts";

/**
 * Stops a share at one press: the button says with whom, since nothing is asked after it.
 *
 * @param isSteady whether the list stands still: what has just moved under a finger is not pressed.
 */
export function StopButton({
  share,
  isSteady,
  onStopped,
}: {
  readonly share: Share;
  readonly isSteady: boolean;
  readonly onStopped: (stopped: Stopped) => void;
}) {
  const words = useWords();
  const { stopOnce, ...stop } = useStopShare(onStopped);
  return (
    <>
      <div className="tools">
        <Button
          variant="outline"
          className="stops"
          loading={stop.isPending}
          disabled={!isSteady}
          onClick={() => stopOnce(share)}
        >
          {words.sharing.stopWho(share.granteeName)}
        </Button>
      </div>
      {stop.isError && <Failed error={stop.error} reset={() => stopOnce(share)} />}
    </>
  );
}
