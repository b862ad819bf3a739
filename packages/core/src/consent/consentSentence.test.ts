import { PERMITTED } from "@anamnesis/testkit/core/decisionInput";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Day } from "../ids.ts";
import type { ConsentBody } from "./consent.ts";
import { consentSentence, delegationSentence } from "./consentSentence.ts";
import { TYPE_NOUNS } from "./typeNouns.ts";

const consent = PERMITTED.authority.consent?.body as ConsentBody;
const any = { resourceTypes: [], actions: [], purposes: [], dataFrom: null, dataTo: null };
const WINDOW = "from 9 October 2025, 08:36 UTC until 9 October 2025, 09:10 UTC";

describe("the sentence that a patient signs", () => {
  it("names what is permitted", () => {
    expect(consentSentence(consent)).toBe(
      "I allow Dr. Ada Example to read measured values from 8 January 2022 up to 4 October 2024 in this part of my " +
        `record, to treat me, ${WINDOW}; I can stop this at any time.`,
    );
  });

  it("names every exception with each of its dimensions", () => {
    const exceptions = [
      { ...any, resourceTypes: ["Condition", "Observation"], purposes: ["HRESCH"], dataTo: 1 as Day },
      { ...any, actions: ["reshare"], dataFrom: 0 as Day },
      { ...any, actions: ["read", "reshare"] },
    ] as const;
    const everything = { ...consent, resourceTypes: ["*"], actions: ["read", "reshare"] as const };
    expect(consentSentence({ ...everything, dataFrom: null, dataTo: null, exceptions })).toBe(
      `I allow Dr. Ada Example to read and pass on every record in this part of my record, to treat me, ${WINDOW}, ` +
        "but never diagnoses and measured values up to 2 January 1970, for research; " +
        "and never to pass on any record from 1 January 1970; and never any record; I can stop this at any time.",
    );
  });

  it("has another noun for every type, and the type's name where it has none", () => {
    const nouns = Object.values(TYPE_NOUNS);
    expect(new Set(nouns).size).toBe(nouns.length);
    const sentence = consentSentence({ ...consent, resourceTypes: ["Basic", "constructor"] });
    expect(sentence).toContain('read records of the type "Basic" and records of the type "constructor" from');
  });

  it("differs whenever the types differ", () => {
    const types = fc.uniqueArray(fc.constantFrom(...Object.keys(TYPE_NOUNS), "Basic", "Account"), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(types, types, (a, b) => {
        const same = a.join() === b.join();
        const said = [a, b].map((resourceTypes) => consentSentence({ ...consent, resourceTypes }));
        expect(said[0] === said[1]).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  it("says of a proxy what it may decide, and whether it may read", () => {
    const { grantee: _, granteeName: _name, granteeKeys: _keys, ...terms } = consent;
    const delegation = { ...terms, proxy: consent.revoker, proxyName: "Cy Example" };
    expect(delegationSentence({ ...delegation, mayRead: true })).toBe(
      "I let Cy Example decide in my name who may read measured values from 8 January 2022 up to 4 October 2024 in " +
        `this part of my record, to treat me, ${WINDOW}; they may read that too; I can stop this at any time.`,
    );
    expect(delegationSentence({ ...delegation, mayRead: false })).not.toContain("may read that too");
  });
});
