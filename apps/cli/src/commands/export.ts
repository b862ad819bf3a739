import { AnamnesisError } from "@anamnesis/core/errors";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { RESOURCE_TYPE } from "@anamnesis/fhir/resource";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { Command, InvalidArgumentError, Option } from "commander";
import { exportFhirServer } from "../export/exportFhirServer.ts";
import { exportPatient } from "../export/exportPatient.ts";
import { type ExportedFile, ExportFolder } from "../export/exportFolder.ts";
import { readPatientKeys } from "../files/keyFiles.ts";
import { columns, count, counted, size } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { createProgressBar } from "../output/progressBar.ts";
import { systemRuntime } from "../runtime.ts";
import { fhirClientOf } from "./fhir/fhirClientOptions.ts";
import { chosenKinds, jsonOption, kindsOption, nodeOption, personalLock } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly out: string;
  readonly keys?: string;
  readonly kind?: readonly SegmentKind[];
  readonly client?: string;
  readonly key?: string;
  readonly purpose?: string;
  readonly scope: string;
  readonly types?: readonly string[];
  readonly json?: true;
}

/** `anamnesis export`: everything that a patient, or an organisation's program, may read, as FHIR. */
export function exportCommand(): Command {
  return new Command("export")
    .description(
      "write everything that a patient's keys open, or that a program may read at a FHIR server, as FHIR R4 in NDJSON, one file for each type",
    )
    .addOption(nodeOption())
    .requiredOption("--out <folder>", "where it is written; a run that was ended goes on there")
    .option("--keys <file>", "the patient's key file: all records, every version of them")
    .addOption(kindsOption())
    .option(
      "--client <id>",
      "a program that the node's configuration registers: what stands at its FHIR server now",
    )
    .option("--key <file>", "with --client: its private key, from `fhir client`")
    .option("--purpose <code>", "with --client: purpose of use; the client's first one by default")
    .option("--scope <scopes>", "with --client: SMART 2 scopes with a space between", "system/*.rs")
    .addOption(
      new Option(
        "--types <types...>",
        "with --client: resource types; all but AuditEvent by default",
      ).argParser(typesOf),
    )
    .addOption(jsonOption())
    .action(exportAll);
}

function typesOf(text: string, before?: readonly string[]): readonly string[] {
  if (!RESOURCE_TYPE.test(text)) throw new InvalidArgumentError("");
  return [...(before ?? []), text];
}

interface Exported {
  readonly files: readonly ExportedFile[];
  /** Types without scope, of a program; records that did not open, of a patient. */
  readonly left: Readonly<Record<string, unknown>>;
}

async function exportAll(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const { keys, client, key } = flags;
  if ((keys === undefined) === (client === undefined) || (client === undefined) !== (key === undefined))
    throw whoExports();
  const { files, left } =
    keys === undefined ? await ofProgram(flags, client ?? "", key ?? "") : await ofPatient(flags, keys);
  for (const line of columns(files.map(({ file, count: lines, bytes }) => [file, count(lines), size(bytes)])))
    output.line(line);
  const total = files.reduce((sum, one) => sum + one.count, 0);
  output.line(`${counted(total, "resource")} written, read again and found whole; digests in manifest.json`);
  const refused = Number(left["refused"] ?? 0);
  if (refused > 0) {
    output.line(
      `${counted(refused, "record")} did not open: erased, not anchored yet, or too few custodians answered. The same command again tries those alone.`,
    );
  }
  output.result({ resources: total, files, ...left });
}

async function ofPatient(flags: Flags, keyFile: string): Promise<Exported> {
  const keys = await readPatientKeys(keyFile, await personalLock());
  const kinds = chosenKinds(flags.kind);
  const [first] = keys.segments;
  const segment = first === undefined ? "none" : segmentIdOfOpening(first.opening);
  const folder = await ExportFolder.open(flags.out, `patient ${segment} ${kinds.join(" ")}`);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const bar = createProgressBar("exporting");
  const { records, refused } = await exportPatient({
    consortium,
    keys,
    kinds,
    folder,
    onProgress: ({ done, of }) => bar.set(done, of),
  }).finally(() => bar.clear());
  const files = await folder.finish({ of: "patient", kinds, records, refused });
  return { files, left: { records, refused } };
}

async function ofProgram(flags: Flags, client: string, key: string): Promise<Exported> {
  const { node, out, purpose, scope, types = null } = flags;
  const source = `program ${client} ${node} ${types === null ? "*" : types.join(" ")}`;
  const folder = await ExportFolder.open(out, source);
  const asking = await fhirClientOf({
    node,
    client,
    key,
    scope,
    ...(purpose === undefined ? {} : { purpose }),
  });
  const bar = createProgressBar("exporting");
  const forbidden = await exportFhirServer({
    client: asking,
    folder,
    types,
    onProgress: (now) => bar.set(now.types, now.of, ` types, ${counted(now.resources, "resource")}`),
  }).finally(() => bar.clear());
  return { files: await folder.finish({ of: "program", node, forbidden }), left: { forbidden } };
}

function whoExports(): AnamnesisError<"who-exports"> {
  return new AnamnesisError({
    code: "who-exports",
    rule: "An export is a patient's, or a program's.",
    fix: "Give a patient's key file with --keys, or --client with --key.",
  });
}
