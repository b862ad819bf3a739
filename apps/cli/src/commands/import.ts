import { join } from "node:path";
import { Command } from "commander";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { patientOf } from "@anamnesis/fhir/bundle/patientOf";
import { type ImportedResource, resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { admission, type Admission } from "@anamnesis/sdk/permit";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { type ResourceToSeal, sealResources } from "@anamnesis/sdk/seal";
import { readBundles, withFile } from "../bundles/readBundles.ts";
import { toSealStreamed } from "../bundles/toSeal.ts";
import { readRequired } from "../files/durableFile.ts";
import { openFileIdentities } from "../files/fileIdentities.ts";
import { openFileJournal } from "../files/fileJournal.ts";
import { readActorKeys } from "../files/keyFiles.ts";
import { counted, size } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { createProgressBar } from "../output/progressBar.ts";
import { systemRuntime } from "../runtime.ts";
import { endorsersOf, endorsersOption, thresholdOption } from "./endorsers.ts";
import { jsonOption, nodeOption, personalLock } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly device: string;
  readonly admission: string;
  readonly system: string;
  readonly journal: string;
  readonly endorsers?: readonly string[];
  readonly endorsedTypes?: readonly string[];
  readonly threshold?: number;
  readonly json?: true;
}

/** `anamnesis import`: seals a patient's FHIR Bundles. */
export function importCommand(): Command {
  return new Command("import")
    .description("seal one patient's FHIR R4 Bundles and bring them to the organisation's own node")
    .argument("<bundles...>", "files, or folders of *.json")
    .addOption(nodeOption())
    .requiredOption("--device <file>", "key file of the organisation's importing device")
    .requiredOption("--admission <file>", "what the patient's `permit` wrote")
    .requiredOption("--system <uri>", "name of the source system: always the same for the same source")
    .requiredOption(
      "--journal <folder>",
      "remembers what was imported, so that nothing is sealed twice; one for all patients of a source",
    )
    .addOption(endorsersOption("members that have to co-sign what is imported"))
    .option("--endorsed-types <types...>", "only these resource types are to be co-signed; all by default")
    .addOption(thresholdOption())
    .addOption(jsonOption())
    .action(importBundles);
}

async function importBundles(inputs: readonly string[], flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const endorsers = endorsersOf(flags);
  const bundles = await readBundles(inputs);
  const identities = await openFileIdentities(join(flags.journal, "identities.json"));
  const imported: ImportedResource[] = [];
  for (const [i, bundle] of bundles.entries()) {
    await withFile(`${i + 1} of ${bundles.length}`, () => {
      if (patientOf(bundle) === null) throw noPatient();
      for (const one of resourcesOf(bundle, { system: flags.system, identities })) imported.push(one);
    });
  }
  const given = admission.decode(await readRequired(flags.admission, "admission"));
  const device = await readActorKeys(flags.device, await personalLock());
  const { identity, committee } = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const node = connect(systemRuntime, flags.node, httpSigner(device.ed25519));
  await identities.save();
  const journal = await openFileJournal(join(flags.journal, patientFolder(given)));
  const toBeSealed = toSealStreamed(imported, flags.system, (key) => journal.newestKindOf(key));
  const resources = toBeSealed.map((resource): ResourceToSeal => {
    const { resourceType } = resource.attributes;
    const asked = endorsers !== null && (flags.endorsedTypes ?? [resourceType]).includes(resourceType);
    return asked ? { ...resource, endorsers } : resource;
  });
  const bar = createProgressBar("sealing");
  const result = await sealResources({
    runtime: systemRuntime,
    identity,
    node,
    device,
    organisation: given.organisation,
    admission: given,
    committee,
    resources,
    journal,
    onProgress: ({ sealed, known, sent }) =>
      bar.set(sealed + known, resources.length, sent === 0 ? "" : `, ${size(sent)} of large ones sent`),
  }).finally(() => bar.clear());
  const ids: RecordId[] = result.sealed.map(({ record }) => record);
  const stored = await storedOf(node, ids);
  output.line(
    `${counted(result.sealed.length, "record")} sealed and accepted, ${result.known.length} known from before; ${stored} at two homes so far`,
  );
  output.line("Others can open them once they are anchored, within the node's interval (verify).");
  output.result({
    resources: resources.length,
    sealed: ids.length,
    known: result.known.length,
    resumed: result.resumed,
    stored,
  });
}

/** A folder for each patient: what is known of one must not keep it from being sealed for another. */
function patientFolder({ segments }: Admission): string {
  const [first] = segments;
  return first === undefined ? "none" : segmentIdOfOpening(first.opening).slice(2, 34);
}

const PER_CALL = 1024;

async function storedOf(node: ReturnType<typeof connect>, ids: readonly RecordId[]): Promise<number> {
  let stored = 0;
  for (let from = 0; from < ids.length; from += PER_CALL) {
    const records = ids.slice(from, from + PER_CALL);
    const answer = await node.call(exchangeRoutes.recordStatus, {}, { records });
    stored += answer.records.filter((state) => state.stored).length;
  }
  return stored;
}

function noPatient(): AnamnesisError<"no-patients"> {
  return new AnamnesisError({
    code: "no-patients",
    rule: "A Bundle to import is about one patient.",
    fix: "Leave out Bundles that name organisations and practitioners only.",
  });
}
