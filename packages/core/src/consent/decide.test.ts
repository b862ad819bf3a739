import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accountOf,
  all,
  asOwner,
  asProxy,
  authority,
  CAST,
  type Change,
  consentBody,
  delegationBody,
  emergency,
  inEmergency,
  NOW,
  parentBody,
  PERMITTED,
  reshared,
  seconds,
  state,
} from "@anamnesis/testkit/core/decisionInput";
import {
  DECISION_CASES,
  type DecisionVectors,
  decisionVectors,
  outcomeOf,
  runDecision,
} from "@anamnesis/testkit/core/decisionVectors";
import { randomDecision, randomNumbers } from "@anamnesis/testkit/core/randomDecision";
import type { SegmentId } from "../ids.ts";
import {
  BASES,
  decide,
  decideRecords,
  decideSegment,
  type DecisionRecord,
  DENIAL_CODES,
  permitsRecord,
} from "./decide.ts";

const repository = new URL("../../../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, repository), "utf8");

describe("decide", () => {
  it.each(DECISION_CASES)("%s", (_, change, outcome) => {
    expect(outcomeOf(runDecision(change))).toBe(outcome);
  });

  it("has a case for every code and basis", () => {
    const reached = new Set(DECISION_CASES.map(([, , outcome]) => outcome));
    for (const outcome of [...BASES, ...DENIAL_CODES]) expect(reached).toContain(outcome);
  });

  it("is written down: vectors/decide.json and the codes in docs/decide.md are the same", () => {
    expect(JSON.parse(read("vectors/decide.json")) as DecisionVectors).toEqual(decisionVectors());
    const rows = read("docs/decide.md").matchAll(/^\| \d+ +\|.*\| `([a-z-]+)` +\|$/gm);
    const documented = [...rows].map(([, code]) => code);
    expect([...new Set(documented)]).toEqual([...DENIAL_CODES]);
  });

  const inputs = fc.nat().map((seed) => randomDecision(randomNumbers(seed)));

  it("is total and never permits more than the segment rules alone", () => {
    const time = fc.oneof(
      { arbitrary: fc.constant(null), weight: 6 },
      fc.nat(),
      fc.constant(Number.NaN),
      fc.constant(Number.POSITIVE_INFINITY),
    );
    const times = fc.record({ ledgerTime: time, localTime: time, confirmedAt: time, staleAfter: time });
    fc.assert(
      fc.property(inputs, times, ({ request, authority, record, state }, changed) => {
        const kept = Object.entries(changed).filter(([, value]) => value !== null);
        const odd = { ...state, ...(Object.fromEntries(kept) as object) };
        const whole = decide(request, authority, record, odd);
        const segment = decideSegment(request, authority, odd);
        if (whole.permit) expect(segment).toEqual(whole);
        else expect(DENIAL_CODES).toContain(whole.code);
      }),
      { numRuns: 3000 },
    );
  });

  it("permits nobody but the owner while a part of what is shown is not registered", () => {
    const unregistered = fc.constantFrom("none", "revoked");
    fc.assert(
      fc.property(inputs, unregistered, ({ request, authority, record, state }, consent) => {
        const { emergency } = authority;
        const known = { ...state, consent, parent: consent, delegation: consent } as const;
        const decision = decide(request, authority, record, known);
        if (decision.permit) expect(request.requester === null || emergency !== null).toBe(true);
        if (decision.permit && request.requester === null) expect(request.signer).toBe(state.owner);
      }),
      { numRuns: 3000 },
    );
  });

  it("gives limits that hold of the records that it permits, and of no other", () => {
    const others = fc.nat().map((seed) => randomDecision(randomNumbers(seed)).record.attributes);
    let permitted = 0;
    fc.assert(
      fc.property(inputs, others, ({ request, authority, state }, attributes) => {
        const { segment } = request;
        const { record } = PERMITTED;
        const body = { segment, organisation: record.organisation, notAfter: record.anchoredOn * 86_400 };
        const permit = { signer: state.owner, body: { ...record.permit?.body, ...body } };
        const live = { ...record, segment, attributes, permit } as DecisionRecord;
        const whole = decide(request, authority, live, state);
        const records = decideRecords(request, authority, state);
        if (records.permit) {
          if (whole.permit) permitted++;
          expect(permitsRecord(records.limits, { segment, ...attributes })).toBe(whole.permit);
          expect(permitsRecord(records.limits, { ...attributes, segment: "0x00" as SegmentId })).toBe(false);
        } else expect(whole.permit).toBe(false);
      }),
      { numRuns: 5000 },
    );
    expect(permitted).toBeGreaterThan(500);
  });

  it("denies whatever an exception is added about, and permits nothing by it", () => {
    const everything = {
      resourceTypes: [],
      actions: [],
      purposes: [],
      dataFrom: null,
      dataTo: null,
    };
    fc.assert(
      fc.property(inputs, ({ request, authority, record, state }) => {
        const { consent } = authority;
        if (consent === null || request.requester === null || authority.emergency !== null) return;
        const exceptions = [...consent.body.exceptions, everything];
        const narrower = { ...consent, body: { ...consent.body, exceptions } };
        const before = decide(request, authority, record, state);
        const after = decide(request, { ...authority, consent: narrower }, record, state);
        if (before.permit) expect(after).toEqual({ permit: false, code: "denied" });
        else expect(after.permit).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  const never = { resourceTypes: [], actions: [], purposes: [], dataFrom: null, dataTo: null };
  const segmentOutcome = (change: Change): string => {
    const input = change(PERMITTED);
    return outcomeOf(decideSegment(input.request, input.authority, input.state));
  };

  it("lets each link's exceptions deny the segment, and its uses", () => {
    expect(segmentOutcome(reshared)).toBe("consent");
    expect(segmentOutcome(all(reshared, parentBody({ exceptions: [never] })))).toBe("denied");
    expect(segmentOutcome(all(reshared, consentBody({ exceptions: [never] })))).toBe("denied");
    expect(segmentOutcome(consentBody({ exceptions: [{ ...never, actions: ["read"] }] }))).toBe("denied");
  });

  it("does not look at what is shown for another way to ask", () => {
    const { consent } = PERMITTED.authority;
    const shown = all(
      authority({ consent, parent: consent }),
      state({ consent: "revoked", parent: "revoked" }),
    );
    expect(outcomeOf(runDecision(all(asOwner, shown)))).toBe("owner");
    expect(outcomeOf(runDecision(all(asProxy, shown)))).toBe("proxy");
    const delegated = asProxy(PERMITTED).authority.delegation;
    if (delegated === null) throw new TypeError("The case has no delegation.");
    const delegation = {
      ...delegated,
      body: { ...delegated.body, segment: CAST.otherSegment, exceptions: [never] },
    };
    const besides = all(inEmergency, authority({ delegation }), state({ delegation: "revoked" }));
    expect(outcomeOf(runDecision(besides))).toBe("emergency");
    const { request, authority: shownBesides, state: standing } = besides(PERMITTED);
    expect(decideRecords(request, shownBesides, standing)).toMatchObject({
      permit: true,
      limits: { resourceTypes: ["*"], dataFrom: null, dataTo: null, exceptions: [] },
    });
    const declared = all(inEmergency, emergency({ declaredAt: seconds(NOW + 1) }))(PERMITTED).authority
      .emergency;
    expect(outcomeOf(runDecision(all(asOwner, authority({ emergency: declared }))))).toBe("owner");
  });

  it("asks both co-signers for their own signature, and a proxy for its window", () => {
    const cosigners = inEmergency(PERMITTED).authority.emergency?.cosigners;
    if (cosigners === undefined) throw new TypeError("The case has no emergency.");
    const [first, second] = cosigners;
    const signedBy = (pair: typeof cosigners) =>
      outcomeOf(runDecision(all(inEmergency, emergency({ cosigners: pair }))));
    expect(signedBy([first, second])).toBe("emergency");
    expect(signedBy([accountOf("nobody"), second])).toBe("not-cosigned");
    expect(signedBy([first, accountOf("nobody")])).toBe("not-cosigned");
    const later = all(asProxy, delegationBody({ notBefore: seconds(NOW + 1) }));
    expect(outcomeOf(runDecision(later))).toBe("not-yet-valid");
  });

  it("keeps a proxy to its own window, whatever emergency is shown besides", () => {
    const { emergency: declared } = inEmergency(PERMITTED).authority;
    const besides = authority({ emergency: declared });
    const over = delegationBody({ notAfter: seconds(NOW - 1) });
    expect(outcomeOf(runDecision(all(asProxy, over)))).toBe("expired");
    expect(outcomeOf(runDecision(all(asProxy, over, besides)))).toBe("expired");
    const ahead = all(besides, emergency({ declaredAt: seconds(NOW + 1) }));
    expect(outcomeOf(runDecision(all(asProxy, ahead)))).toBe("proxy");
  });

  it("needs nothing but what it is given", () => {
    const { request, authority, record, state } = PERMITTED;
    const frozen = structuredClone({ request, authority, record, state });
    decide(request, authority, record, state);
    expect({ request, authority, record, state }).toEqual(frozen);
  });
});
