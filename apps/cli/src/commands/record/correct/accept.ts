import { Command } from "commander";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest, RecordId } from "@anamnesis/core/ids";
import type { Resource } from "@anamnesis/fhir/resource";
import { amendAsAsked } from "@anamnesis/sdk/corrections/amendAsAsked";
import { leaveCorrectionAnswer, makeCorrectionAnswer } from "@anamnesis/sdk/corrections/answerCorrection";
import { FHIR_JSON, proposedInstead, resourceOf } from "@anamnesis/sdk/corrections/proposedInstead";
import { readToCorrect, requireAsked } from "@anamnesis/sdk/corrections/readToCorrect";
import { readRequired } from "../../../files/durableFile.ts";
import { openFileJournal } from "../../../files/fileJournal.ts";
import { createOutput } from "../../../output/output.ts";
import { jsonOption, nodeOption } from "../../options.ts";
import { recordOf } from "../recordArgument.ts";
import { correctionArgument } from "./correctionArgument.ts";
import { waitingCorrection } from "./waitingCorrection.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly journal: string;
  readonly instead?: string;
  readonly successor?: RecordId;
  readonly message: string;
  readonly json?: true;
}

/** `anamnesis record correct accept`: writes the amendment that a patient asked for, and says so. */
export function acceptCommand(): Command {
  return new Command("accept")
    .description("open the record with the keys that the patient sent, amend it, and answer that it is done")
    .addArgument(correctionArgument())
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "key file of a practitioner of the organisation whose node it is")
    .requiredOption("--journal <folder>", "what makes a repetition harmless; the same one each time")
    .option(
      "--instead <file>",
      "the FHIR resource in JSON that takes its place; by default the personal details that the patient proposes",
    )
    .option("--successor <record>", "what took its place already: nothing is written", recordOf)
    .option("--message <text>", "to the patient, at most 500 characters", "")
    .addOption(jsonOption())
    .action(accept);
}

async function accept(id: Digest, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const common = await waitingCorrection(id, flags);
  const successor = flags.successor ?? (await amend(common, flags));
  const { message } = flags;
  const answer = await makeCorrectionAnswer(common, common.correction, {
    outcome: "corrected",
    successor,
    message,
  });
  const { kept, missing } = await leaveCorrectionAnswer(common, common.correction, answer);
  const { record } = common.correction;
  const named = (one: (typeof kept)[number]): string => common.consortium.members.get(one)?.name ?? one;
  output.line(`${successor} takes the place of ${record}; the ledger says so once it is anchored`);
  for (const { organisation, code } of missing)
    output.line(`answer not taken by ${named(organisation)}: ${code}`);
  output.result({ correction: id, record, successor, kept, missing });
}

async function amend(
  common: Awaited<ReturnType<typeof waitingCorrection>>,
  { instead, journal }: Flags,
): Promise<RecordId> {
  const { correction, runtime } = common;
  const asked = requireAsked(correction.asked);
  const earlier = await readToCorrect(common, correction);
  const time = new Date(runtime.now() * 1000).toISOString();
  const corrected =
    instead === undefined
      ? proposedInstead(earlier, asked, time)
      : withIdOf(
          resourceOf(earlier.meta.mediaType, earlier.bytes),
          await readRequired(instead, "corrected resource"),
        );
  return amendAsAsked({
    ...common,
    corrected,
    reason: `The patient asked for it: ${asked.message}`,
    journal: await openFileJournal(journal),
  });
}

/** All versions of a resource have one id. */
function withIdOf(earlier: Resource | null, bytes: Uint8Array): Resource {
  const resource = resourceOf(FHIR_JSON, bytes);
  if (resource === null) throw noResource();
  return earlier === null ? resource : { ...resource, id: earlier["id"] };
}

function noResource(): AnamnesisError<"one-successor"> {
  return new AnamnesisError({
    code: "one-successor",
    rule: "One FHIR resource takes the place of one record.",
    fix: "Give a file with one resource in JSON.",
  });
}
