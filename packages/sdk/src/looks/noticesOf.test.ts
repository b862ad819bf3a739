import type { ConsentId, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loggedAccess as look, type Told } from "../testing/loggedAccess.ts";
import { NOTICE_DAYS, type Notice, noticesOf, type NoticesParameters, type Shared } from "./noticesOf.ts";
import { visitsOf } from "./visitsOf.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Noon. */
const NOW = 20_000 * DAY + 12 * HOUR;

function isMachine({ actor }: { readonly actor: string }): boolean {
  return actor === "machine";
}

function shared(notBefore: number, notAfter: number, organisation = "south"): Shared {
  const body = { notBefore: notBefore as UnixSeconds, notAfter: notAfter as UnixSeconds };
  return { organisation: organisation as OrganisationId, consent: { body } };
}

const SHARES = new Map([["share" as ConsentId, shared(NOW - 300 * DAY, NOW + 300 * DAY)]]);

function notices(all: readonly Told[], changes: Partial<NoticesParameters> = {}): readonly Notice[] {
  return noticesOf({
    visits: visitsOf(all.map(look), isMachine),
    consents: SHARES,
    now: NOW as UnixSeconds,
    hourOf: (time) => Math.floor((time % DAY) / HOUR),
    ...changes,
  });
}

/** Visits of a reader whom the patient knows, one a day at noon, long ago. */
function usual(days: number, opened = 5): readonly Told[] {
  return Array.from({ length: days }, (_, i) => ({ when: NOW - (60 + i) * DAY, opened }));
}

function rules(found: readonly Notice[]): readonly (readonly string[])[] {
  return found.map((notice) => notice.rules);
}

describe("what needs the patient's look", () => {
  it("is an organisation's first visit, and each further person's", () => {
    expect(
      rules(
        notices([
          { when: NOW - 3 * HOUR },
          { when: NOW - 2 * HOUR },
          { when: NOW - HOUR, who: ["bela", "south"] },
        ]),
      ),
    ).toEqual([["first-person"], ["first-organisation"]]);
  });

  it("is what was refused, with the visits of one reader as one notice; not where the reader is not why", () => {
    const tries = [1, 2, 3].map((hours) => ({ when: NOW - hours * HOUR, opened: 0, refused: ["revoked"] }));
    const found = notices([...usual(3), ...tries]);
    expect(rules(found)).toEqual([["refused"]]);
    expect(found[0]?.ids).toHaveLength(3);
    expect(found[0]?.visit.when).toBe(NOW - HOUR);
    const passing = { when: NOW - HOUR, opened: 0, refused: ["ledger-stale", "erased"] };
    expect(notices([...usual(3), passing])).toEqual([]);
  });

  it("is an hour at which this reader never came before, also around midnight", () => {
    expect(rules(notices([...usual(5), { when: NOW - 9 * HOUR }]))).toEqual([["unusual-hour"]]);
    expect(notices([...usual(5), { when: NOW - 3 * HOUR }])).toEqual([]);
    expect(notices([...usual(4), { when: NOW - 9 * HOUR }])).toEqual([]);
    const late = usual(5).map((told) => ({ ...told, when: told.when + 11 * HOUR }));
    expect(notices([...late, { when: NOW - 11 * HOUR }])).toEqual([]);
    const machine = usual(6).map((told) => ({ ...told, who: ["machine", "south"] as const }));
    expect(notices([...machine, { when: NOW - 9 * HOUR, who: ["machine", "south"] }])).toEqual([]);
  });

  it("is many more records at once than this reader ever opened", () => {
    expect(rules(notices([...usual(3, 10), { when: NOW - HOUR, opened: 31 }]))).toEqual([["many-records"]]);
    expect(notices([...usual(3, 10), { when: NOW - HOUR, opened: 30 }])).toEqual([]);
    expect(notices([...usual(3, 1), { when: NOW - HOUR, opened: 19 }])).toEqual([]);
  });

  it("is a visit on the last day of a long share to which nobody came for a week", () => {
    const consents = new Map([["share" as ConsentId, shared(NOW - 100 * DAY, NOW + 20 * HOUR)]]);
    expect(rules(notices([...usual(2), { when: NOW - HOUR }], { consents }))).toEqual([["before-end"]]);
    const lately = { when: NOW - 3 * DAY };
    expect(notices([...usual(2), lately, { when: NOW - HOUR }], { consents })).toEqual([]);
    const short = new Map([["share" as ConsentId, shared(NOW - 5 * DAY, NOW + 20 * HOUR)]]);
    expect(notices([...usual(2), { when: NOW - HOUR }], { consents: short })).toEqual([]);
  });

  it("is an emergency, another organisation than the one shared with, and a share that the patient does not know", () => {
    expect(
      rules(
        notices([
          ...usual(2),
          { when: NOW - HOUR, basis: "emergency", purpose: "ETREAT" },
          { when: NOW - 2 * HOUR, consent: "another" },
        ]),
      ),
    ).toEqual([["emergency"], ["unknown-consent"]]);
    const consents = new Map([["share" as ConsentId, shared(0, NOW + 90 * DAY, "north")]]);
    expect(rules(notices([...usual(2), { when: NOW - HOUR }], { consents }))).toEqual([
      ["other-organisation"],
    ]);
  });

  it("is never one's own, and nothing older than the limit", () => {
    expect(notices([{ when: NOW - HOUR, who: null, opened: 500 }])).toEqual([]);
    expect(notices([{ when: NOW - NOTICE_DAYS * DAY }])).toEqual([]);
    expect(rules(notices([{ when: NOW - NOTICE_DAYS * DAY + 1 }]))).toEqual([["first-organisation"]]);
  });

  const told = fc.record({
    when: fc.integer({ min: NOW - 50 * DAY, max: NOW }),
    who: fc.constantFrom(
      null,
      ["ada", "south"] as const,
      ["bela", "south"] as const,
      ["machine", "west"] as const,
    ),
    opened: fc.integer({ min: 0, max: 40 }),
    refused: fc.array(fc.constantFrom("revoked", "expired", "ledger-stale"), { maxLength: 2 }),
    consent: fc.constantFrom("share", "another"),
  });

  it("tells each visit at most once, first visits always, and nothing that was seen again", () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 30 }), (all) => {
        const accesses = all.map((one) => look(one));
        const visits = visitsOf(accesses, isMachine);
        const parameters = {
          visits,
          consents: SHARES,
          now: NOW as UnixSeconds,
          hourOf: (time: number) => Math.floor((time % DAY) / HOUR),
        };
        const found = noticesOf(parameters);
        const ids = found.flatMap((notice) => notice.ids);
        expect(new Set(ids).size).toBe(ids.length);
        expect(found.every(({ visit, rules: why }) => visit.who !== null && why.length > 0)).toBe(true);
        // The order in which visits come does not matter.
        expect(noticesOf({ ...parameters, visits: visits.toReversed() })).toEqual(found);
        expect(noticesOf({ ...parameters, seen: new Set(ids) })).toEqual([]);
        const [one] = ids;
        if (one === undefined) return;
        const others = noticesOf({ ...parameters, seen: new Set([one]) }).flatMap((notice) => notice.ids);
        expect(others.toSorted()).toEqual(ids.filter((id) => id !== one).toSorted());
      }),
    );
  });

  it("tells of every organisation that opened something for the first time lately", () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 30 }), (all) => {
        const first = new Map<string, number>();
        for (const { who, opened, when } of all.toSorted((a, b) => a.when - b.when))
          if (who !== null && opened > 0 && !first.has(who[1])) first.set(who[1], when);
        const lately = [...first].filter(([, when]) => when > NOW - NOTICE_DAYS * DAY).map(([name]) => name);
        const said = notices(all)
          .filter((notice) => notice.rules.includes("first-organisation"))
          .map(({ visit }) => visit.who?.organisation);
        for (const name of lately) expect(said).toContain(name);
      }),
    );
  });
});
