import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DECISION_CASES,
  type DecisionVectors,
  decisionVectors,
  outcomeOf,
  PERMITTED,
  runDecision,
} from "@anamnesis/testkit/core/decisionVectors";
import { decide, decideSegment, DENIAL_CODES } from "./decide.ts";

const repository = new URL("../../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, repository), "utf8");

describe("decide", () => {
  it.each(DECISION_CASES)("%s", (_, change, outcome) => {
    expect(outcomeOf(runDecision(change))).toBe(outcome);
  });

  it("has a case for every code", () => {
    const reached = new Set(DECISION_CASES.map(([, , outcome]) => outcome));
    for (const code of DENIAL_CODES) expect(reached).toContain(code);
  });

  it("is written down: vectors/decide.json and the codes in docs/decide.md are the same", () => {
    expect(JSON.parse(read("vectors/decide.json")) as DecisionVectors).toEqual(decisionVectors());
    const rows = read("docs/decide.md").matchAll(/^\| \d+ +\|.*\| `([a-z-]+)` +\|$/gm);
    const documented = [...rows].map(([, code]) => code);
    expect([...new Set(documented)]).toEqual([...DENIAL_CODES]);
  });

  it("is total and never permits more than the segment rules alone", () => {
    const time = fc.oneof(fc.nat(), fc.constant(Number.NaN), fc.constant(Number.POSITIVE_INFINITY));
    const changed = fc.record({
      signer: fc.constantFrom(PERMITTED.request.signer, PERMITTED.state.owner, null),
      requester: fc.constantFrom(PERMITTED.request.requester, null),
      consent: fc.constantFrom(PERMITTED.consent, null),
      status: fc.constantFrom("none", "registered", "revoked"),
      ledgerTime: time,
      localTime: time,
      confirmedAt: time,
      permit: fc.constantFrom(PERMITTED.record.permit, null),
    });
    fc.assert(
      fc.property(changed, (change) => {
        const request = { ...PERMITTED.request, signer: change.signer, requester: change.requester };
        const state = {
          ...PERMITTED.state,
          consent: change.status as "none",
          ledgerTime: change.ledgerTime as never,
          localTime: change.localTime as never,
          confirmedAt: change.confirmedAt as never,
        };
        const whole = decide(request, change.consent, { ...PERMITTED.record, permit: change.permit }, state);
        const segment = decideSegment(request, change.consent, state);
        if (whole.permit) expect(segment).toEqual(whole);
        else expect(DENIAL_CODES).toContain(whole.code);
        if (change.status !== "registered" && change.requester !== null) expect(whole.permit).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
