import type { UnixSeconds } from "@anamnesis/core/ids";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { counted } from "../../output/format.ts";
import { createProgressBar } from "../../output/progressBar.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { PEOPLE } from "../cast.ts";
import { type Journey, VALID } from "../journey.ts";
import type { DemoPatient } from "../patient.ts";

/** 3: each patient grants a doctor of the other hospital everything, for treatment, for a day. */
export async function grantDoctor(
  journey: Journey,
  patients: readonly DemoPatient[],
  facts: Facts,
): Promise<readonly string[]> {
  const { consortium, people } = journey.world;
  const bar = createProgressBar("granting");
  let done = 0;
  await concurrently(patients, 3, async (patient) => {
    const { consents } = await grantConsent({
      runtime: systemRuntime,
      consortium,
      keys: patient.keys,
      save: patient.save,
      kinds: SEGMENT_KINDS,
      grantee: granteeOf(people.doctor.card),
      resourceTypes: ["*"],
      purposes: ["TREAT"],
      notAfter: (systemRuntime.now() + VALID) as UnixSeconds,
    });
    journey.doctorConsents.set(patient, consents);
    bar.set(++done, patients.length);
  });
  bar.clear();
  const consents = patients.length * SEGMENT_KINDS.length;
  Object.assign(facts, { patients: patients.length, consents });
  return [
    `${counted(patients.length, "patient")} granted ${PEOPLE.doctor.name}: ${counted(consents, "consent")}, one a segment, on the ledger as salted commitments`,
  ];
}
