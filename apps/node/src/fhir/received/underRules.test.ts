import type { RecordLimits } from "@anamnesis/core/consent/decide";
import { permitsRecord } from "@anamnesis/core/consent/decide";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { mayRead } from "@anamnesis/fhir-server/access/mayRead";
import fc from "fast-check";
import { expect, it } from "vitest";
import { underRules } from "./underRules.ts";

const TYPES = ["Patient", "Observation", "Condition"];
const SEGMENT = `0x${"11".repeat(32)}` as RecordLimits["segment"];
const names = fc.subarray(TYPES, { minLength: 1 });

it("permits what both the consent and the role's rules permit, and nothing else", () => {
  const rule = fc.record({
    types: fc.oneof(fc.constant("*" as const), names),
    kinds: fc.oneof(fc.constant("*" as const), fc.subarray([...SEGMENT_KINDS], { minLength: 1 })),
  });
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 3 }),
      fc.oneof(fc.constant(["*"]), names),
      fc.constantFrom(...SEGMENT_KINDS),
      fc.constantFrom(...TYPES),
      (rules, resourceTypes, kind, type) => {
        const limits = { segment: SEGMENT, resourceTypes, dataFrom: null, dataTo: null, exceptions: [] };
        const record = { segment: SEGMENT, resourceType: type, from: null, to: null };
        const days = { from: null, to: null };
        const own = { type, origin: "own", kind, segment: null, days } as const;
        const byPolicy = mayRead({ readOwn: rules, readReceived: [], write: [] }, own);
        const left = underRules(limits, kind, rules).some((one) => permitsRecord(one, record));
        expect(left).toBe(byPolicy && permitsRecord(limits, record));
      },
    ),
  );
});
