import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  all,
  asProxy,
  byProxy,
  type Change,
  delegationBody,
  PERMITTED,
  request,
} from "@anamnesis/testkit/core/decisionInput";
import { outcomeOf, runDecision } from "@anamnesis/testkit/core/decisionVectors";
import { randomDecision, randomNumbers } from "@anamnesis/testkit/core/randomDecision";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { addressOf, publicKeyOf, sign } from "../crypto/secp256k1.ts";
import { typedDataDigest } from "../encoding/eip712.ts";
import { decide } from "./decide.ts";
import { type DelegationBody, delegationTypedData } from "./delegation.ts";
import { isReadingDelegation, readingDelegation } from "./readingDelegation.ts";
import { signsFor } from "./signsFor.ts";

const shown = asProxy(PERMITTED).authority.delegation?.body as DelegationBody;
const READING = readingDelegation(shown);
const reading: Change = delegationBody(READING);

describe("a delegation to read", () => {
  it("lets a device read what its owner asks for, and nobody by what the device signs", () => {
    expect(outcomeOf(runDecision(all(asProxy, reading, request({ purpose: "PATRQT" }))))).toBe("proxy");
    const purposes = delegationBody({ ...READING, purposes: ["PATRQT", "TREAT"] });
    expect(outcomeOf(runDecision(byProxy))).toBe("proxy");
    expect(outcomeOf(runDecision(all(byProxy, purposes)))).toBe("denied");
    expect(outcomeOf(runDecision(all(byProxy, reading)))).not.toBe("proxy");
  });

  it("carries no consent, whatever is asked and whoever shows it", () => {
    fc.assert(
      fc.property(
        fc.nat().map((seed) => randomDecision(randomNumbers(seed))),
        (input) => {
          const { delegation } = input.authority;
          if (delegation === null || input.request.requester === null) return;
          if (input.authority.emergency !== null) return;
          const body = readingDelegation(delegation.body);
          const authority = { ...input.authority, delegation: { ...delegation, body } };
          expect(decide(input.request, authority, input.record, input.state).permit).toBe(false);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each<readonly [string, Partial<DelegationBody>]>([
    ["does not read", { mayRead: false }],
    ["is for some types", { resourceTypes: ["Observation"] }],
    ["passes on", { actions: ["read", "reshare"] }],
    ["is for other purposes too", { purposes: ["PATRQT", "TREAT"] }],
    ["begins in the data's time", { dataFrom: 1 as never }],
    ["ends in the data's time", { dataTo: 1 as never }],
    ["lets sign consents", { exceptions: [] }],
    ["excepts more", { exceptions: [...READING.exceptions, ...READING.exceptions] }],
    ["excepts less", { exceptions: READING.exceptions.map((one) => ({ ...one, purposes: ["TREAT"] })) }],
  ])("is no other one, such as one that %s", (_, change) => {
    expect(isReadingDelegation(READING)).toBe(true);
    expect(isReadingDelegation({ ...READING, ...change })).toBe(false);
  });

  it("has a sentence of its own, which says that nobody else is let in", () => {
    const { message } = delegationTypedData(TEST_IDENTITY, { ...READING, proxyName: "this device" });
    expect(message["statement"]).toMatch(
      /^I let this device read every record in this part of my record, from .* until .*, and allow it to nobody else; I can stop this at any time\.$/,
    );
  });

  it("speaks for who signed it, to the device and about the segment that it names", () => {
    const secret = new Uint8Array(32).fill(7);
    const owner = addressOf(publicKeyOf(secret));
    const { segment, proxy } = READING;
    const signedAs = (body: DelegationBody) => {
      return { body, signature: sign(typedDataDigest(delegationTypedData(TEST_IDENTITY, body)), secret) };
    };
    const value = signedAs(READING);
    expect(signsFor(TEST_IDENTITY, segment, proxy, value)).toBe(owner);
    expect(signsFor(TEST_IDENTITY, segment, proxy, null)).toBe(proxy);
    expect(signsFor(TEST_IDENTITY, segment, owner, value)).toBeNull();
    expect(signsFor(TEST_IDENTITY, `0x${"00".repeat(32)}` as never, proxy, value)).toBeNull();
    expect(signsFor(TEST_IDENTITY, segment, proxy, signedAs({ ...READING, exceptions: [] }))).toBeNull();
    const unsigned = { ...value, signature: new Uint8Array(65) };
    expect(signsFor(TEST_IDENTITY, segment, proxy, unsigned)).toBeNull();
  });
});
