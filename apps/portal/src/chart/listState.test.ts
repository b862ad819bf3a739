import { describe, expect, it } from "vitest";
import type { Day } from "@anamnesis/core/ids";
import { ENGLISH } from "../meaning/testing/locale.ts";
import { en } from "../words/en.ts";
import { meaningEn } from "../words/meaning.en.ts";
import type { GrantingPatient } from "../worker/protocol.ts";
import { sayListState } from "./sayListState.ts";
import { listState, type Opened } from "./listState.ts";

type Share = GrantingPatient["shares"][number];

const YEAR_2019 = 17_897;
const YEAR_2010 = 14_610;
const END_OF_2012 = 15_705;

function share(change: Partial<Share>): Share {
  return {
    consent: "c",
    kind: "general",
    resourceTypes: ["*"],
    purposes: ["TREAT"],
    dataFrom: null,
    dataTo: null,
    exceptions: [],
    notAfter: 0,
    ...change,
  };
}

const except = (change: Partial<Share["exceptions"][number]>): Share["exceptions"] => [
  { resourceTypes: [], actions: [], purposes: [], dataFrom: null, dataTo: null, ...change },
];

const OPENED: Opened = { gaps: [], refused: 0, late: [] };
const laboratory = share({ resourceTypes: ["Observation", "Patient"] });
const since = share({ dataFrom: YEAR_2019 });
const before = share({ dataFrom: YEAR_2010, dataTo: END_OF_2012 });
const mind = share({ kind: "mental-health" });
const silent = (kind: Share["kind"]) => ({ kind, code: "homes-silent", silent: ["Hill Street"] });

const ALLERGIES = ["AllergyIntolerance"];
const MEDICINES = ["MedicationRequest", "MedicationStatement"];

describe("what an empty list says", () => {
  it.each<readonly [string, readonly string[], readonly Share[], Opened | null, string]>([
    ["its types are not shared", ALLERGIES, [laboratory], OPENED, "Not shared with you."],
    ["they are not, while the rest opens", ALLERGIES, [laboratory], null, "Not shared with you."],
    [
      "they are not, and another part fails",
      ALLERGIES,
      [laboratory],
      { ...OPENED, gaps: [silent("general")] },
      "Not shared with you.",
    ],
    [
      "only a sensitive area is shared",
      ALLERGIES,
      [laboratory, mind],
      OPENED,
      "Not shared with you, but for: Mental health. None was found there.",
    ],
    ["all of it is shared", ALLERGIES, [share({})], OPENED, "None recorded in what is shared with you."],
    [
      "a time is shared",
      ALLERGIES,
      [since],
      OPENED,
      "Shared since 2019; none recorded in that time. What is older or has no date may be there.",
    ],
    [
      "two times are shared",
      ALLERGIES,
      [since, before],
      OPENED,
      "Shared from 2010 to 2012 and since 2019; none recorded in that time. What is older or has no date may be there.",
    ],
    [
      "a second share has what the first one leaves out",
      ALLERGIES,
      [since, share({ resourceTypes: ALLERGIES })],
      OPENED,
      "None recorded in what is shared with you.",
    ],
    [
      "one of its types is shared",
      MEDICINES,
      [share({ resourceTypes: ["MedicationStatement"] })],
      OPENED,
      "Shared in part; none recorded in that part. There may be others.",
    ],
    [
      "its types are shared since different times",
      MEDICINES,
      [since, share({ resourceTypes: ["MedicationStatement"] })],
      OPENED,
      "Shared in part; none recorded in that part. There may be others.",
    ],
    [
      "its type is excepted",
      ALLERGIES,
      [share({ exceptions: except({ resourceTypes: ALLERGIES }) })],
      OPENED,
      "Not shared with you.",
    ],
    [
      "a time is excepted",
      ALLERGIES,
      [share({ exceptions: except({ dataTo: YEAR_2010 as Day }) })],
      OPENED,
      "Shared in part; none recorded in that part. There may be others.",
    ],
    [
      "another purpose is excepted",
      ALLERGIES,
      [share({ exceptions: except({ purposes: ["HRESCH"] }) })],
      OPENED,
      "None recorded in what is shared with you.",
    ],
    ["it opens", ALLERGIES, [share({})], null, "Still opening."],
    [
      "a node is silent",
      ALLERGIES,
      [share({})],
      { ...OPENED, gaps: [silent("general")] },
      "Could not be loaded: Hill Street does not answer.",
    ],
    [
      "a node of an area that it cannot come from is silent",
      ALLERGIES,
      [share({}), share({ kind: "genetic", resourceTypes: ["Observation"] })],
      { ...OPENED, gaps: [silent("genetic")] },
      "None recorded in what is shared with you.",
    ],
    [
      "too few custodians answer",
      ALLERGIES,
      [share({})],
      { ...OPENED, gaps: [{ kind: "general", code: "too-few-custodians", silent: [] }] },
      "Could not be loaded: too few organisations answered to open it.",
    ],
    [
      "records did not open",
      ALLERGIES,
      [share({})],
      { ...OPENED, refused: 1 },
      "Could not be told: some of what is shared did not open.",
    ],
    [
      "records are on their way",
      ALLERGIES,
      [share({})],
      { ...OPENED, late: ["r"] },
      "None yet: some records are still on their way.",
    ],
  ])("when %s", (_, types, shares, opened, said) => {
    expect(sayListState(listState(types, shares, opened), true, en, meaningEn, ENGLISH)).toBe(said);
  });
});

describe("what is said below a list that has rows", () => {
  it.each<readonly [string, readonly Share[], Opened | null, string | null]>([
    ["all of it is shared", [share({})], OPENED, null],
    ["it opens", [share({})], null, null],
    ["a time is shared", [since], OPENED, "Shared since 2019; there may be others."],
    ["only an area is shared", [mind], OPENED, "Of this only a part is shared: there may be others."],
    [
      "a node is silent",
      [share({})],
      { ...OPENED, gaps: [silent("general")] },
      "Not all of it could be loaded: Hill Street does not answer.",
    ],
    [
      "records did not open",
      [share({})],
      { ...OPENED, refused: 2 },
      "Some records did not open: there may be others.",
    ],
  ])("when %s", (_, shares, opened, said) => {
    expect(sayListState(listState(ALLERGIES, shares, opened), false, en, meaningEn, ENGLISH)).toBe(said);
  });
});
