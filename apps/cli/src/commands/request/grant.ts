import { Argument, Command, Option } from "commander";
import { consentSentence } from "@anamnesis/core/consent/consentSentence";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { PURPOSES } from "@anamnesis/core/consent/terms";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Day, Digest } from "@anamnesis/core/ids";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { keptConsentId } from "@anamnesis/sdk/keys/patientKeys";
import { answerRequest } from "@anamnesis/sdk/requests/answerRequest";
import { readPatientKeys, savePatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { parseDayArgument, parseHash32 } from "../arguments.ts";
import { inDays, jsonOption, nodeOption, personalLock, wholeNumber } from "../options.ts";
import { requestNamed } from "./waitingRequest.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly kind?: readonly SegmentKind[];
  readonly type?: readonly string[];
  readonly purpose?: Purpose;
  readonly from?: Day;
  readonly until?: Day;
  readonly days?: number;
  readonly message: string;
  readonly json?: true;
}

/** `anamnesis request grant`: as it was asked, or less. */
export function grantCommand(): Command {
  return new Command("grant")
    .description(
      "grant a request: as asked, or with the patient's own terms; again to finish what was broken off",
    )
    .addArgument(new Argument("<request>", "id, see `request list --keys`").argParser(parseHash32))
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(
      new Option(
        "--kind <kinds...>",
        "kinds of records; without it the general ones alone, whatever was asked",
      ).choices(SEGMENT_KINDS),
    )
    .option("--type <types...>", "FHIR resource types; as asked by default")
    .addOption(new Option("--purpose <code>", "purpose of use; as asked by default").choices(PURPOSES))
    .addOption(
      new Option("--from <day>", "records of this day and later; as asked by default").argParser(
        parseDayArgument,
      ),
    )
    .addOption(
      new Option("--until <day>", "records of this day and earlier; as asked by default").argParser(
        parseDayArgument,
      ),
    )
    .option("--days <number>", "for how long; as asked by default", wholeNumber(3650))
    .option("--message <text>", "to who asked, at most 300 characters", "")
    .addOption(jsonOption())
    .action(grant);
}

async function grant(id: Digest, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const lock = await personalLock();
  const patient = await readPatientKeys(flags.keys, lock);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const request = await requestNamed(consortium, patient, id);
  const { asked } = request;
  const kinds = flags.kind ?? asked.kinds.filter((kind) => kind === "general");
  if (kinds.length === 0) throw namedKinds();
  const { keys, consents, homes } = await answerRequest({
    runtime: systemRuntime,
    consortium,
    keys: patient,
    save: savePatientKeys(flags.keys, lock),
    request,
    message: flags.message,
    grant: {
      kinds,
      resourceTypes: flags.type ?? ["*"],
      typesOf: (kind) => flags.type ?? (kind === "general" ? asked.resourceTypes : ["*"]),
      purposes: flags.purpose === undefined ? asked.purposes : [flags.purpose],
      dataFrom: flags.from ?? asked.dataFrom,
      dataTo: flags.until ?? asked.dataTo,
      notAfter: flags.days === undefined ? asked.notAfter : inDays(flags.days),
    },
  });
  const given = keys.segments.flatMap((segment) =>
    segment.consents
      .map((kept) => ({
        consent: keptConsentId(consortium.identity, kept),
        kind: segment.opening.kind,
        sentence: consentSentence(kept.consent.body),
      }))
      .filter(({ consent }) => consents.includes(consent)),
  );
  if (given[0] !== undefined) output.line(given[0].sentence);
  for (const { consent, kind } of given) output.line(`  ${consent}  ${kind}`);
  output.result({ request: id, consents: given.map(({ consent, kind }) => ({ consent, kind })), homes });
}

function namedKinds(): AnamnesisError<"kinds-not-named"> {
  return new AnamnesisError({
    code: "kinds-not-named",
    rule: "Sensitive kinds of records are shared when the patient names them.",
    fix: "Name with --kind which of those that were asked for to share.",
  });
}
