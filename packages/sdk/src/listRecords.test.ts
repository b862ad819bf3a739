import type { HeaderPage } from "@anamnesis/api/routes/exchange";
import { CODEC_DAG_CBOR, cidOf } from "@anamnesis/core/encoding/cid";
import type { Day } from "@anamnesis/core/ids";
import type { RecordBody } from "@anamnesis/core/record/header";
import type { Card } from "@anamnesis/core/segment/card";
import { expect, describe, it } from "vitest";
import type { WhatIsVerified } from "./listing/proveHeaders.ts";
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
  const list = (verify: WhatIsVerified = "all") =>
    listRecords({ runtime: world.runtime, consortium, access, purpose: "TREAT", verify });
  const tell = (index: number, change: (page: HeaderPage) => HeaderPage): void => {
    const liar = world.node(index);
    const handle = liar.handle.bind(liar);
    liar.handle = async (route, call) => {
      const answer = await handle(route, call);
      return route === "listHeaders" ? change(answer as HeaderPage) : answer;
    };
  };
  const lie = (given: readonly Card[]): void => tell(0, (page) => ({ ...page, cards: given }));
  const [north, south] = [world.member(0).organisation, world.member(1).organisation];
  return { world, north, south, honest, another, list, lie, tell };
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

/** Another body under the same point and signature. */
const FORGERIES: readonly ((body: RecordBody) => RecordBody)[] = [
  (body) => ({ ...body, contentBytes: body.contentBytes + 1 }),
  (body) => ({ ...body, wrap: cidOf(body.U, CODEC_DAG_CBOR) }),
  (body) => ({ ...body, core: { ...body.core, day: (body.core.day + 1) as Day } }),
];
const CASES = (["all", "signatures"] as const).flatMap((verify) =>
  FORGERIES.map((forge) => ({
    verify,
    forged: (page: HeaderPage): HeaderPage => {
      const headers = page.headers.map(({ header, anchor }) => {
        return { header: { ...header, body: forge(header.body) }, anchor };
      });
      return { ...page, headers };
    },
  })),
);

describe.each(CASES)(
  "a home that gives another body under a header's point and signature ($verify)",
  ({ verify, forged }) => {
    it("neither passes it off under what another home's proved, nor takes that one's place", async () => {
      const { north, south, list, tell } = await listed();
      // Without anchors the next home is asked too.
      tell(0, (page) => ({
        ...page,
        headers: page.headers.map(({ header }) => ({ header, anchor: null })),
      }));
      const honest = await list(verify);
      tell(1, forged);
      const told = await list(verify);
      expect(honest.answered).toEqual([north, south]);
      expect(told.answered).toEqual([north]);
      expect(told.silent).toEqual([{ organisation: south, code: "bad-statement" }]);
      expect(told.records.map(({ header }) => header)).toEqual(honest.records.map(({ header }) => header));
      expect(told.rejected).toEqual([]);
    });

    it("is put right by the next one", async () => {
      const { north, south, list, tell } = await listed();
      const honest = await list(verify);
      tell(0, forged);
      const told = await list(verify);
      expect({ answered: told.answered, silent: told.silent }).toEqual({
        answered: [south],
        silent: [{ organisation: north, code: "bad-statement" }],
      });
      expect(told.records).toEqual(honest.records);
      expect(told.rejected).toEqual([]);
    });
  },
);
