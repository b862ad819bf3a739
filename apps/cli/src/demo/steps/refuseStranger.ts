import { granteeAccess } from "@anamnesis/sdk/access";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { PEOPLE } from "../cast.ts";
import { expectRefusal, expectThat } from "../expectation.ts";
import { firstPatient, type Journey, rememberRequests } from "../journey.ts";

/** Of how many records the stranger tries to get the shares. */
const TRIED = 5;

/** 5: a colleague without a grant, even with the doctor's grant in hand, gets nothing from homes or custodians. */
export async function refuseStranger(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { consortium, nodes, people } = journey.world;
  const { stranger, doctor } = people;
  const { identity } = consortium;
  const grantsOf = async (keys: typeof doctor) =>
    listGrants({ node: connect(systemRuntime, nodes.south.url, httpSigner(keys.ed25519)), keys, identity });
  const own = await grantsOf(stranger);
  // In a run before this one a thief gave the second doctor a grant, which opens nothing.
  expectThat(
    journey.world.resumed || own.grants.length + own.unreadable.length === 0,
    "nobody granted the second doctor anything",
  );

  // The worst case: the first doctor's whole grant, segment key included, was copied.
  const consents = journey.doctorConsents.get(firstPatient(journey)) ?? [];
  const listed = journey.listings.get("general");
  expectThat(listed !== undefined, "the first doctor listed the segment");
  const { grants } = await grantsOf(doctor);
  const copied = grants.find(
    ({ consent, content }) => consents.includes(consent) && content.opening.kind === "general",
  );
  expectThat(copied !== undefined, "the first doctor has a grant");
  const access = granteeAccess(stranger, copied.content);
  const common = { runtime: systemRuntime, consortium, access, purpose: "TREAT" } as const;
  const error = await expectRefusal("not-opened", "homes list nothing without a consent", () =>
    listRecords(common),
  );
  const tried = new Set(listed.listing.records.slice(0, TRIED).map(({ record }) => record));
  const result = await openRecords({
    ...common,
    listing: listed.listing,
    filter: ({ record }) => tried.has(record),
    askAnyway: true,
    ask: "all",
  });
  rememberRequests(journey, result);
  const refused = result.opened.length === 0 && result.refused.every(({ code }) => code === "not-opened");
  expectThat(
    refused && result.message === error.rule,
    "custodians release nothing, and say no more than homes do",
  );
  const answered = result.report.answered.length;
  expectThat(answered === consortium.committee.custodians.length, "every custodian answered");
  Object.assign(facts, { tried: tried.size, opened: 0, custodians: answered, code: "not-opened" });
  return [
    `${PEOPLE.stranger.name} has no grant; even with a copy of the other doctor's grant and key ${answered} of ${answered} custodians refuse`,
    `"${error.rule}"`,
  ];
}
