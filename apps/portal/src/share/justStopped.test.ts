import { expect, it } from "vitest";
import type { Share, Stopped } from "../worker/protocol.ts";
import { openShares, withStop } from "./justStopped.ts";

const share = (id: string, state: Share["state"]): Share =>
  ({ id, state, consents: [`${id}-1`] }) as unknown as Share;
const stopped = (rest: Stopped["rest"]): Stopped => ({ rest }) as unknown as Stopped;

it("says last what was stopped last, whatever is done of the one before", () => {
  const [a, b] = [share("a", "live"), share("b", "live")];
  let stops = withStop([], { share: a, stopped: stopped("under-way") });
  stops = withStop(stops, { share: b, stopped: stopped("under-way") });
  stops = withStop(stops, { share: a, stopped: stopped("nothing") });
  expect(stops.map((one) => [one.share.id, one.stopped.rest])).toEqual([
    ["a", "nothing"],
    ["b", "under-way"],
  ]);
});

it("counts what may still open, and neither what is over nor what was stopped here", () => {
  const all = [
    share("live", "live"),
    share("unfinished", "unfinished"),
    share("stopping", "stopping"),
    share("expired", "expired"),
    share("stopped", "stopped"),
  ];
  const ids = (stops: Parameters<typeof openShares>[1]): readonly string[] =>
    openShares(all, stops).map(({ id }) => id);
  expect(ids([])).toEqual(["live", "unfinished", "stopping"]);
  expect(ids([{ share: share("live", "live"), stopped: stopped("later") }])).toEqual([
    "unfinished",
    "stopping",
  ]);
});
