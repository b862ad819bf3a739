import type { RecordState } from "@anamnesis/core/consent/decide";
import type { Exception, Terms } from "@anamnesis/core/consent/terms";
import type { Day, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openRecords } from "../open.ts";
import { beginJourney, resource } from "../testing/journey.ts";
import { previewConsent } from "./previewConsent.ts";
import { wouldOpen } from "./wouldOpen.ts";

const SEGMENT = `0x${"a".repeat(64)}` as SegmentId;
const NOW = 1_800_000_000 as UnixSeconds;
const TYPES = ["Observation", "Condition", "Patient"];

function terms(changes: Partial<Terms>): Terms {
  return {
    resourceTypes: ["*"],
    actions: ["read"],
    purposes: ["TREAT"],
    dataFrom: null,
    dataTo: null,
    exceptions: [],
    notBefore: NOW,
    notAfter: (NOW + 1000) as UnixSeconds,
    ...changes,
  };
}

const day = fc.option(fc.integer({ min: 19_990, max: 20_010 }).map((value) => value as Day));
const types = fc.subarray(TYPES, { minLength: 1 });

describe("what terms would open", () => {
  it("is what the terms say, whatever they are: type, period, exceptions, and nothing that was taken back", () => {
    const exception: fc.Arbitrary<Exception> = fc.record({
      resourceTypes: fc.subarray(TYPES),
      actions: fc.constant([]),
      purposes: fc.subarray(["TREAT", "HRESCH"] as const),
      dataFrom: day,
      dataTo: day,
    });
    const chosen = fc.record({
      resourceTypes: fc.oneof(fc.constant(["*"]), types),
      dataFrom: day,
      dataTo: day,
      exceptions: fc.array(exception, { maxLength: 2 }),
    });
    const record = fc.record({
      resourceType: fc.constantFrom(...TYPES),
      from: day,
      to: day,
      state: fc.constantFrom<RecordState>("live", "amended", "retracted", "erased"),
    });
    fc.assert(
      fc.property(chosen, record, (wished, { state, ...attributes }) => {
        const opens = wouldOpen(
          { terms: terms(wished), segment: SEGMENT, kind: "general", purpose: "TREAT", at: NOW },
          { segment: SEGMENT, state, attributes: { ...attributes, labels: [] } },
        ).permit;
        const { resourceType, from, to } = attributes;
        const { dataFrom, dataTo } = wished;
        const within =
          (wished.resourceTypes[0] === "*" ||
            (wished.resourceTypes as readonly string[]).includes(resourceType)) &&
          (dataFrom === null || (from !== null && from >= dataFrom)) &&
          (dataTo === null || (to !== null && to <= dataTo));
        const excepted = wished.exceptions.some(
          (one) =>
            (one.purposes.length === 0 || one.purposes.includes("TREAT")) &&
            (one.resourceTypes.length === 0 || one.resourceTypes.includes(resourceType)) &&
            (one.dataFrom === null || to === null || to >= one.dataFrom) &&
            (one.dataTo === null || from === null || from <= one.dataTo),
        );
        expect(opens).toBe(within && !excepted && (state === "live" || state === "amended"));
      }),
      { numRuns: 500 },
    );
  });

  it("is nothing outside of its window, for another reason, and of another segment", () => {
    const record = {
      segment: SEGMENT,
      state: "live",
      attributes: { resourceType: "Condition", from: null, to: null, labels: [] },
    } as const;
    const asked = { terms: terms({}), segment: SEGMENT, kind: "general", purpose: "TREAT", at: NOW } as const;
    expect(wouldOpen(asked, record)).toMatchObject({ permit: true });
    expect(wouldOpen({ ...asked, at: (NOW - 1) as UnixSeconds }, record)).toMatchObject({
      code: "not-yet-valid",
    });
    expect(wouldOpen({ ...asked, at: (NOW + 1001) as UnixSeconds }, record)).toMatchObject({
      code: "expired",
    });
    expect(wouldOpen({ ...asked, purpose: "HRESCH" }, record)).toMatchObject({ code: "purpose" });
    const elsewhere = { ...record, segment: `0x${"b".repeat(64)}` as SegmentId };
    expect(wouldOpen(asked, elsewhere)).toMatchObject({ code: "wrong-segment" });
  });

  it("is what the grantee then opens at the custodians, record by record", async () => {
    const { seal, world, grant, access, consortium, keys, doctor } = await beginJourney();
    const { runtime } = world;
    await seal([
      resource("old", "Observation", 15_000),
      resource("new", "Observation", 20_000),
      resource("whenever", "Observation", null),
      resource("other", "Condition", 20_000),
      resource("image", "ImagingStudy", 20_000),
    ]);
    world.anchor();
    const wished = terms({
      resourceTypes: ["Observation", "Condition"],
      dataFrom: 19_000 as Day,
      exceptions: [{ resourceTypes: ["Condition"], actions: [], purposes: [], dataFrom: null, dataTo: null }],
      notBefore: world.time,
      notAfter: (world.time + 86_400) as UnixSeconds,
    });
    await grant(wished);
    const [given] = await access(doctor);
    if (given === undefined) expect.unreachable("a grant");
    const before = world.node(0).log.length;
    const shown = await previewConsent({
      runtime,
      consortium,
      keys: keys(),
      kinds: ["general"],
      terms: wished,
      purpose: "TREAT",
    });
    // It asks no custodian: nothing stands in a log for it.
    expect(world.node(0).log).toHaveLength(before);
    // Also of what the client knows that it is not permitted: the custodians themselves refuse it.
    const read = await openRecords({ runtime, consortium, access: given, purpose: "TREAT", askAnyway: true });
    expect(read.opened.map(({ record }) => record)).toEqual(shown.records.map(({ record }) => record));
    expect(shown.records).toHaveLength(1);
    expect(shown.closed).toEqual([]);
  });
});
