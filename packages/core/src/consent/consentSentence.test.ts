import { PERMITTED } from "@anamnesis/testkit/core/decisionInput";
import { describe, expect, it } from "vitest";
import type { Day } from "../ids.ts";
import type { ConsentBody } from "./consent.ts";
import { consentSentence, delegationSentence } from "./consentSentence.ts";

const consent = PERMITTED.authority.consent?.body as ConsentBody;
const any = { resourceTypes: [], actions: [], purposes: [], dataFrom: null, dataTo: null };
const WINDOW = "from 2025-10-09 08:36 UTC until 2025-10-09 09:10 UTC";

describe("the sentence that a patient signs", () => {
  it("names what is permitted", () => {
    expect(consentSentence(consent)).toBe(
      "I allow Dr. Ada Example to read records of type Observation from 2022-01-08 up to 2024-10-04 in this part of my " +
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
        "but never records of type Condition and Observation up to 1970-01-02, for research; " +
        "and never to pass on any record from 1970-01-01; and never any record; I can stop this at any time.",
    );
  });

  it("says of a proxy what it may decide, and whether it may read", () => {
    const { grantee: _, granteeName: _name, granteeKeys: _keys, ...terms } = consent;
    const delegation = { ...terms, proxy: consent.revoker, proxyName: "Cy Example" };
    expect(delegationSentence({ ...delegation, mayRead: true })).toBe(
      "I let Cy Example decide in my name who may read records of type Observation from 2022-01-08 up to 2024-10-04 in " +
        `this part of my record, to treat me, ${WINDOW}; they may read that too; I can stop this at any time.`,
    );
    expect(delegationSentence({ ...delegation, mayRead: false })).not.toContain("may read that too");
  });
});
