import { Command } from "commander";
import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { importToFhir } from "@anamnesis/sdk/fhir/importToFhir";
import { readFhirSources } from "../../bundles/readFhirSources.ts";
import { readRequired } from "../../files/durableFile.ts";
import { openImportJournal } from "../../files/importJournal.ts";
import { counted } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { createProgressBar } from "../../output/progressBar.ts";
import { jsonOption, nodeOption } from "../options.ts";
import { type FhirClientFlags, fhirClientOf, fhirClientOptions } from "./fhirClientOptions.ts";

interface Flags extends FhirClientFlags {
  readonly system: string;
  readonly journal: string;
  readonly sourceToken?: string;
  readonly json?: true;
}

/** `anamnesis fhir import`: FHIR R4 from elsewhere, into a node's FHIR server. */
export function importCommand(): Command {
  const command = new Command("import")
    .description(
      "write FHIR R4 from files, folders or addresses to the FHIR server of the own node, each resource once",
    )
    .argument(
      "<inputs...>",
      "Bundles, single resources or NDJSON: files, folders of *.json and *.ndjson, addresses; or the base of a FHIR server",
    )
    .addOption(nodeOption());
  for (const option of fhirClientOptions("system/*.cruds")) command.addOption(option);
  return command
    .requiredOption("--system <uri>", "name of the source system: always the same for the same source")
    .requiredOption("--journal <file>", "remembers what was written: a run that was ended goes on from there")
    .option("--source-token <file>", "a bearer token for addresses, in a file")
    .addOption(jsonOption())
    .action(importResources);
}

async function importResources(inputs: readonly string[], flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const client = await fhirClientOf(flags);
  const { sourceToken } = flags;
  const token =
    sourceToken === undefined
      ? null
      : new TextDecoder().decode(await readRequired(sourceToken, "source token")).trim();
  const reading = createProgressBar("reading");
  const bundles = await readFhirSources(inputs, {
    fetch: globalThis.fetch,
    token,
    onRead: (read) => reading.set(read, read, " files and pages"),
  }).finally(() => reading.clear());
  const system = flags.system.replace(/\/+$/, "");
  const options = { system, identities: memoryIdentities() };
  // Once for the identifiers alone: a Bundle may name an organisation that a later one holds.
  for (const bundle of bundles) resourcesOf(bundle, options);
  const resources = bundles.flatMap((bundle) => resourcesOf(bundle, options));
  const journal = await openImportJournal(flags.journal);
  const bar = createProgressBar("importing");
  const done = await importToFhir({
    client,
    system,
    resources,
    journal,
    onProgress: (progress) => bar.set(progress.done, progress.of),
  }).finally(() => bar.clear());
  output.line(
    `${counted(done.created, "resource")} created, ${done.updated} brought up to date, ${done.known} known from before`,
  );
  output.result({ ...done });
}
