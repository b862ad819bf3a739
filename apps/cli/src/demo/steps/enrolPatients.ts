import { join } from "node:path";
import { enrol } from "@anamnesis/sdk/enrol";
import { permitOrganisation } from "@anamnesis/sdk/permit";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { writeDurably } from "../../files/durableFile.ts";
import { counted } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import type { Journey } from "../journey.ts";
import { expectThat } from "../expectation.ts";

const YEAR = 365 * 24 * 3600;

/** 1: each patient makes keys and segments, and permits hospital and laboratory to write. */
export async function enrolPatients(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { world, patients } = journey;
  const { consortium, nodes } = world;
  const homes = [nodes.north.organisation, nodes.south.organisation];
  let enrolled = 0;
  let cards = 0;
  await concurrently(patients, 2, async (patient) => {
    if (await patient.load()) return;
    const { published, recoveryKit } = await enrol({
      runtime: systemRuntime,
      consortium,
      homes,
      save: patient.save,
    });
    // Printed and kept on paper in life; here the state folder stands for the drawer.
    await writeDurably(join(world.state.patients, `${patient.file}.recovery-kit`), `${recoveryKit}\n`);
    expectThat(
      published.every(({ code }) => code === null),
      "every custodian and home has every card",
    );
    enrolled++;
    cards += published.length;
  });
  const notAfter = (systemRuntime.now() + YEAR) as UnixSeconds;
  for (const patient of patients) {
    const permit = async (organisation: typeof nodes.north.organisation) =>
      permitOrganisation({
        keys: patient.keys,
        identity: consortium.identity,
        organisation,
        notAfter,
        random: systemRuntime.random,
      });
    patient.admissions = {
      north: await permit(nodes.north.organisation),
      laboratory: await permit(nodes.laboratory.organisation),
    };
  }
  const segments = patients.reduce((sum, patient) => sum + patient.keys.segments.length, 0);
  Object.assign(facts, { patients: patients.length, enrolled, segments, cards });
  const again = enrolled < patients.length ? `, ${patients.length - enrolled} known from before` : "";
  return [
    `${counted(patients.length, "patient")}${again}, ${counted(segments, "segment")} with random ids, cards at 3 nodes`,
    "each permits the hospital and the laboratory to write for a year; nothing about a patient is on the ledger",
  ];
}
