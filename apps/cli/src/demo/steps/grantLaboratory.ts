import type { UnixSeconds } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { counted } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { PEOPLE } from "../cast.ts";
import { expectThat } from "../expectation.ts";
import { firstPatient, grantedAccess, type Journey, rememberRequests, VALID } from "../journey.ts";

export const LABORATORY_TYPES = ["Observation", "DiagnosticReport"] as const;
/** Two segments, so that later one consent can be revoked while a custodian is down, and the other while two are. */
export const SPECIALIST_KINDS: readonly SegmentKind[] = ["general", "substance-use"];

/** 6: a grant for laboratory results opens those and no other record of the same segment. */
export async function grantLaboratory(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { world } = journey;
  const { consortium, people } = world;
  const patient = firstPatient(journey);
  const { consents } = await grantConsent({
    runtime: systemRuntime,
    consortium,
    keys: patient.keys,
    save: patient.save,
    kinds: SPECIALIST_KINDS,
    grantee: granteeOf(people.specialist.card),
    resourceTypes: LABORATORY_TYPES,
    purposes: ["TREAT"],
    notAfter: (systemRuntime.now() + VALID) as UnixSeconds,
  });
  journey.specialistConsents = consents;
  let opened = 0;
  let refused = 0;
  for (const access of await grantedAccess(world, people.specialist, consents)) {
    const common = { runtime: systemRuntime, consortium, access, purpose: "TREAT" } as const;
    const listing = await listRecords(common);
    // Everything is asked for: what the consent does not name, the custodians themselves have to refuse.
    const result = await openRecords({ ...common, listing, askAnyway: true });
    rememberRequests(journey, result);
    const others = result.opened.filter((record) => !isLaboratory(record.attributes.resourceType));
    expectThat(others.length === 0, "nothing but laboratory results opens", { others: others.length });
    opened += result.opened.length;
    refused += result.refused.length;
  }
  const granted = patient.all().filter((resource) => SPECIALIST_KINDS.includes(resource.segmentKind));
  const wanted = granted.filter((resource) => isLaboratory(resource.attributes.resourceType)).length;
  expectThat(opened === wanted, "every laboratory result of the granted segments opens", { opened, wanted });
  expectThat(refused === granted.length - wanted, "every other record is refused", { refused });
  Object.assign(facts, { opened, refused, consents: consents.length });
  return [
    `${PEOPLE.specialist.name} may read ${LABORATORY_TYPES.join(" and ")}: ${counted(opened, "record")} opened, ${counted(refused, "other")} refused by the custodians`,
  ];
}

function isLaboratory(type: string): boolean {
  return LABORATORY_TYPES.some((known) => known === type);
}
