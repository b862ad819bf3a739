import { Command } from "commander";
import type { Correction } from "@anamnesis/core/correction/correction";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { askCorrection } from "@anamnesis/sdk/corrections/askCorrection";
import { FHIR_JSON, resourceOf } from "@anamnesis/sdk/corrections/proposedInstead";
import { notOpened } from "@anamnesis/sdk/listRecords";
import { readRequired } from "../../../files/durableFile.ts";
import { readPatientKeys } from "../../../files/keyFiles.ts";
import { createOutput } from "../../../output/output.ts";
import { systemRuntime } from "../../../runtime.ts";
import {
  chosenKinds,
  jsonOption,
  kindsOption,
  nodeOption,
  personalLock,
  wholeNumber,
} from "../../options.ts";
import { recordArgument } from "../recordArgument.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly message: string;
  readonly proposed?: string;
  readonly kind?: readonly SegmentKind[];
  readonly days: number;
  readonly json?: true;
}

/** `anamnesis record correct ask`: the patient asks whoever wrote a record to put it right. */
export function askCommand(): Command {
  return new Command("ask")
    .description("ask the organisation that wrote a record to correct it; opens the record")
    .addArgument(recordArgument())
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .requiredOption("--message <text>", "what is wrong, at most 500 characters; sealed to its people")
    .option("--proposed <file>", "a FHIR resource in JSON that should stand there instead, at most 6 KiB")
    .addOption(kindsOption())
    .option("--days <days>", "for how long it waits", wholeNumber(90), 30)
    .addOption(jsonOption())
    .action(ask);
}

async function ask(record: RecordId, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const keys = await readPatientKeys(flags.keys, await personalLock());
  const proposed = flags.proposed === undefined ? null : await proposal(flags.proposed);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  for (const kind of chosenKinds(flags.kind)) {
    const asked = await askCorrection({
      runtime: systemRuntime,
      consortium,
      keys,
      kind,
      record,
      message: flags.message,
      proposed,
      wait: flags.days * 86_400,
    }).catch((error: unknown) => {
      // In which segment it is shows when it opens.
      if (hasCode(error, "not-opened")) return null;
      throw error;
    });
    if (asked === null) continue;
    const named = (id: typeof asked.organisation): string => consortium.members.get(id)?.name ?? id;
    output.line(`${asked.correction}  asked of ${named(asked.organisation)}`);
    output.line(`kept by ${asked.kept.map(named).join(", ")}`);
    for (const { organisation, code } of asked.missing)
      output.line(`not taken by ${named(organisation)}: ${code}`);
    output.result({ ...asked, record, kind });
    return;
  }
  throw notOpened();
}

async function proposal(path: string): Promise<Correction["proposed"]> {
  const bytes = await readRequired(path, "proposed resource");
  if (resourceOf(FHIR_JSON, bytes) !== null) return { mediaType: FHIR_JSON, bytes };
  throw new AnamnesisError({
    code: "bad-proposal",
    rule: "What is proposed is one FHIR resource in JSON.",
    fix: "Give a file with one resource, or say in words what is wrong.",
  });
}
