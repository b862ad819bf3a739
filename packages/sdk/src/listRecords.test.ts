import type { HeaderPage } from "@anamnesis/api/routes/exchange";
import type { Card } from "@anamnesis/core/segment/card";
import { expect, describe, it } from "vitest";
import { listRecords } from "./listRecords.ts";
import { beginJourney, resource } from "./testing/journey.ts";

/** A segment of two records, whose first home gives `lie` for the segment's cards. */
async function listed() {
  const journey = await beginJourney();
  await journey.seal([resource("a"), resource("b")]);
  journey.world.anchor();
  await journey.grant();
  const [access] = await journey.access();
  if (access === undefined) throw new TypeError("no grant");
  const { world, consortium } = journey;
  const { cards } = world.node(1);
  const honest = cards.get(access.segment) as Card[];
  const [, another] = [...cards].find(([segment]) => segment !== access.segment) as [unknown, Card[]];
  const list = () => listRecords({ runtime: world.runtime, consortium, access, purpose: "TREAT" });
  const liar = world.node(0);
  const handle = liar.handle.bind(liar);
  const lie = (given: readonly Card[]): void => {
    liar.handle = async (route, call) => {
      const answer = await handle(route, call);
      return route === "listHeaders" ? { ...(answer as HeaderPage), cards: given } : answer;
    };
  };
  const [north, south] = [world.member(0).organisation, world.member(1).organisation];
  return { world, north, south, honest, another, list, lie };
}

/** Later than any true card; its owner signed something else. */
function claimingRotations([first]: readonly Card[]): readonly Card[] {
  const { body, signature } = first as Card;
  return [{ body: { ...body, generation: 0xffff_ffff }, signature }];
}

describe("a home whose cards are no chain of the segment", () => {
  it("does not count, and the next home's cards are used", async () => {
    const { north, south, honest, another, list, lie } = await listed();
    for (const given of [claimingRotations(honest), [...honest, ...honest], another]) {
      lie(given);
      expect(await list()).toMatchObject({
        cards: honest,
        answered: [south],
        silent: [{ organisation: north, code: "bad-card" }],
        missing: [],
        records: [{}, {}],
      });
    }
  });

  it("may give none: the reader's own card stands", async () => {
    const { north, honest, list, lie } = await listed();
    lie([]);
    expect(await list()).toMatchObject({ cards: honest, answered: [north], silent: [] });
  });

  it("does not stand alone for an answer", async () => {
    const { world, honest, list, lie } = await listed();
    lie(claimingRotations(honest));
    world.stop(1);
    await expect(list()).rejects.toMatchObject({ code: "homes-unreachable" });
  });
});
