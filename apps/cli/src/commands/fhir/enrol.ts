import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@anamnesis/api/client";
import { adminRoutes, MAX_PATIENTS } from "@anamnesis/api/routes/admin";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type OrganisationId, parseOrganisationId, type UnixSeconds } from "@anamnesis/core/ids";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { enrol } from "@anamnesis/sdk/enrol";
import { createSeed, printRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { admission, permitOrganisation } from "@anamnesis/sdk/permit";
import { connect } from "@anamnesis/sdk/runtime";
import { Command } from "commander";
import { fileNotWritable, readIfThere, writeDurably } from "../../files/durableFile.ts";
import { type Lock, savePatientKeys } from "../../files/keyFiles.ts";
import { counted } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { createProgressBar } from "../../output/progressBar.ts";
import { systemRuntime } from "../../runtime.ts";
import { adminOption, asAdministrator } from "../administrator.ts";
import { inDays, jsonOption, nodeOption, personalLock, wholeNumber } from "../options.ts";
import { parsePatient } from "./parsePatient.ts";

interface Flags {
  readonly node: string;
  readonly admin: string;
  readonly keys: string;
  readonly home: readonly string[];
  readonly days: number;
  readonly waiting?: true;
  readonly json?: true;
}

/** What all enrolments of one run have in common. */
interface Desk {
  readonly consortium: Consortium;
  readonly admin: Client;
  readonly organisation: OrganisationId;
  readonly homes: readonly OrganisationId[];
  readonly lock: Lock;
  readonly notAfter: UnixSeconds;
  /** A folder for each Patient in it. */
  readonly folder: string;
}

/** `anamnesis fhir enrol`: provisional segments for Patients who have no device. */
export function enrolCommand(): Command {
  return new Command("enrol")
    .description(
      "enrol Patients of the own node's FHIR server with provisional keys, permit the organisation and bind them, in one go",
    )
    .argument("[patients...]", "`Patient/` and an id, each", (text: string, before?: readonly string[]) => [
      ...(before ?? []),
      parsePatient(text),
    ])
    .option("--waiting", "all Patients with versions that wait for an admission")
    .addOption(nodeOption())
    .addOption(adminOption())
    .requiredOption(
      "--keys <folder>",
      "where keys, kit and admission of each Patient are kept, in a folder named after its id; a run that was broken off goes on from there",
    )
    .requiredOption("--home <ids...>", "two or more members that keep the patients' headers")
    .option("--days <number>", "for how long the organisation may write", wholeNumber(3650), 365)
    .addOption(jsonOption())
    .action(enrolPatients);
}

async function enrolPatients(named: readonly string[], flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  if (named.length > 0 === (flags.waiting === true)) throw whichPatients();
  const lock = await personalLock();
  const admin = await asAdministrator(flags.node, flags.admin);
  const patients = await patientsOf(admin, flags.waiting === true ? null : named);
  const { organisation } = await connect(systemRuntime, flags.node, null).call(
    exchangeRoutes.node,
    {},
    undefined,
  );
  const desk: Desk = {
    consortium: await loadConsortium({ runtime: systemRuntime, endpoint: flags.node }),
    admin,
    organisation,
    homes: flags.home.map((id) => parseOrganisationId(id)),
    lock,
    notAfter: inDays(flags.days),
    folder: flags.keys,
  };
  const waiting = patients.filter(({ bound }) => !bound);
  const bar = createProgressBar("enrolling");
  try {
    for (const [i, { patient }] of waiting.entries()) {
      bar.set(i, waiting.length);
      await enrolOne(desk, patient);
    }
  } finally {
    bar.clear();
  }
  const known = patients.length - waiting.length;
  output.line(`${counted(waiting.length, "Patient")} enrolled and bound, ${known} bound before`);
  if (waiting.length > 0) {
    output.line(
      "Keep the folder locked away: `owner hand-over` needs keys and kit when a person takes the segments over.",
    );
  }
  output.result({ enrolled: waiting.map(({ patient }) => patient), known });
}

type FoundPatient = Awaited<ReturnType<typeof patientsOf>>[number];

/** Throws `no-such-patient` when one of those that are named is not there. */
async function patientsOf(
  admin: Client,
  named: readonly string[] | null,
): Promise<readonly { readonly patient: string; readonly bound: boolean }[]> {
  const found: FoundPatient[] = [];
  if (named !== null) {
    const wanted = [...new Set(named)];
    for (let from = 0; from < wanted.length; from += MAX_PATIENTS) {
      const patients = wanted.slice(from, from + MAX_PATIENTS);
      found.push(...(await admin.call(adminRoutes.fhirPatients, {}, { patients, after: null })).patients);
    }
    if (found.length < wanted.length) throw noSuchPatient(wanted.length - found.length);
    return found;
  }
  for (let after: string | null = null; ;) {
    const answer: { readonly patients: readonly FoundPatient[]; readonly more: boolean } = await admin.call(
      adminRoutes.fhirPatients,
      {},
      { patients: null, after },
    );
    found.push(...answer.patients);
    after = found.at(-1)?.patient ?? null;
    if (!answer.more) return found;
  }
}

/**
 * Each step is on the disk before the next one: the kit, from which the same keys come again; the keys, before their cards leave; the admission, which stays the same one until it is bound. So whatever ends
 * a run in the middle, the next one makes no second segments.
 */
async function enrolOne(desk: Desk, patient: string): Promise<void> {
  const { consortium, homes, organisation, lock, notAfter } = desk;
  const folder = join(desk.folder, patient);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => {
    throw fileNotWritable();
  });
  const at = join(folder, "admission");
  let given = await readIfThere(at);
  if (given === null) {
    const { random } = systemRuntime;
    const { keys } = await enrol({
      runtime: systemRuntime,
      consortium,
      homes,
      provisional: organisation,
      save: savePatientKeys(join(folder, "keys.age"), lock),
      recoveryKit: await kitOf(join(folder, "kit")),
    });
    const { identity } = consortium;
    given = admission.encode(await permitOrganisation({ keys, identity, organisation, notAfter, random }));
    await writeDurably(at, given);
  }
  await desk.admin.call(adminRoutes.bindPatient, {}, { patient, admission: given, replace: false });
}

async function kitOf(path: string): Promise<string> {
  const known = await readIfThere(path);
  if (known !== null) return new TextDecoder().decode(known).trim();
  const kit = printRecoveryKit(createSeed(systemRuntime.random));
  await writeDurably(path, `${kit}\n`);
  return kit;
}

function whichPatients(): AnamnesisError<"which-patients"> {
  return new AnamnesisError({
    code: "which-patients",
    rule: "Either Patients are named, or --waiting says that all who wait are meant.",
    fix: "Give `Patient/<id>` or --waiting, one of them.",
  });
}

function noSuchPatient(missing: number): AnamnesisError<"no-such-patient"> {
  return new AnamnesisError({
    code: "no-such-patient",
    rule: "Who is enrolled is a Patient that the organisation wrote at its FHIR server and did not delete.",
    fix: "Check the ids.",
    meta: { missing },
  });
}
