import type { UnixSeconds } from "@anamnesis/core/ids";
import { revokeConsent } from "@anamnesis/sdk/revoke";
import { beginJourney } from "@anamnesis/sdk/testing/journey";
import { expect, it } from "vitest";
import { sharesOf } from "./shares.ts";

it("tells a share that stands from one that ended by itself, was stopped, or is not finished", async () => {
  const { world, consortium, grant, keys, save } = await beginJourney();
  const { runtime } = world;
  const begin = world.time;
  const until = (seconds: number) => ({ notAfter: (begin + seconds) as UnixSeconds });
  await grant({ ...until(1000), kinds: ["general", "genetic"] });
  await grant({ ...until(60), purposes: ["HPAYMT"] });
  const stopped = await grant({ ...until(2000), purposes: ["HRESCH"] });
  await revokeConsent({ runtime, consortium, keys: keys(), save, consents: stopped.consents });
  // The grantee's node does not take the grant: the share is signed and kept, and goes on later.
  world.stop(1);
  await expect(grant({ ...until(3000), purposes: ["PATRQT"] })).rejects.toMatchObject({
    code: "grant-not-delivered",
  });
  const states = sharesOf(consortium, keys(), begin + 61).map(({ purposes, state, parts }) => [
    purposes[0],
    state,
    parts.map(({ kind }) => kind),
  ]);
  expect(states.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
    ["HPAYMT", "expired", ["general"]],
    ["HRESCH", "stopped", ["general"]],
    ["PATRQT", "unfinished", ["general"]],
    ["TREAT", "live", ["general", "genetic"]],
  ]);
});
