import { Command, Option } from "commander";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { type Day, parseSegmentId, type SegmentId } from "@anamnesis/core/ids";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { readContactCode } from "@anamnesis/sdk/keys/contactCode";
import { askAccess } from "@anamnesis/sdk/requests/askAccess";
import { readActorKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { parseDayArgument } from "../arguments.ts";
import { inDays, jsonOption, nodeOption, personalLock, purposeOption, wholeNumber } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly patient: string;
  readonly kind: readonly SegmentKind[];
  readonly type?: readonly string[];
  readonly purpose: Purpose;
  readonly from?: Day;
  readonly until?: Day;
  readonly days: number;
  readonly message: string;
  readonly wait: number;
  readonly json?: true;
}

/** `anamnesis request ask`: a practitioner asks a patient for access. */
export function askCommand(): Command {
  return new Command("ask")
    .description("ask a patient for access; the patient may grant it, grant less, or deny it")
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "the practitioner's key file")
    .requiredOption(
      "--patient <code>",
      "the patient's contact code, or the id of one of the patient's segments",
    )
    .addOption(
      new Option("--kind <kinds...>", "kinds of records").choices(SEGMENT_KINDS).default(["general"]),
    )
    .option("--type <types...>", "FHIR resource types of the general kind; all by default")
    .addOption(purposeOption())
    .addOption(
      new Option("--from <day>", "records of this day and later, such as 2026-01-31").argParser(
        parseDayArgument,
      ),
    )
    .addOption(new Option("--until <day>", "records of this day and earlier").argParser(parseDayArgument))
    .option("--days <number>", "for how long to read", wholeNumber(3650), 30)
    .option("--message <text>", "to the patient, at most 500 characters", "")
    .option("--wait <days>", "for how long the request waits for an answer", wholeNumber(30), 14)
    .addOption(jsonOption())
    .action(ask);
}

async function ask(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const segment = segmentOfArgument(flags.patient);
  const keys = await readActorKeys(flags.actor, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const { request, expiresAt, homes, missing } = await askAccess({
    runtime: systemRuntime,
    consortium,
    keys,
    segment,
    kinds: flags.kind,
    resourceTypes: flags.type ?? ["*"],
    purposes: [flags.purpose],
    dataFrom: flags.from ?? null,
    dataTo: flags.until ?? null,
    notAfter: inDays(flags.days),
    message: flags.message,
    wait: flags.wait * 86_400,
  });
  output.line(`${request}  waits until ${new Date(expiresAt * 1000).toISOString()}`);
  for (const { home, code } of missing)
    output.line(`  not at ${consortium.members.get(home)?.name ?? home}: ${code}`);
  output.result({ request, expiresAt, homes, missing });
}

function segmentOfArgument(text: string): SegmentId {
  return text.startsWith("0x") ? parseSegmentId(text) : readContactCode(text);
}
