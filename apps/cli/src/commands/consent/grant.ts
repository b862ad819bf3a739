import { Command } from "commander";
import { consentSentence } from "@anamnesis/core/consent/consentSentence";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { type ActorId, parseActorId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { type Consortium, fetchKeyCard, loadConsortium } from "@anamnesis/sdk/consortium";
import { grantConsent, type GrantParameters } from "@anamnesis/sdk/grant";
import { keptConsentId } from "@anamnesis/sdk/keys/patientKeys";
import { AnamnesisError } from "@anamnesis/core/errors";
import { readPatientKeys, savePatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import {
  chosenKinds,
  inDays,
  jsonOption,
  kindsOption,
  nodeOption,
  personalLock,
  purposeOption,
  wholeNumber,
} from "../options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly grantee: string;
  readonly kind?: readonly SegmentKind[];
  readonly type?: readonly string[];
  readonly purpose: Purpose;
  readonly days: number;
  readonly json?: true;
}

/** `anamnesis consent grant`: a patient's consent. */
export function grantCommand(): Command {
  return new Command("grant")
    .description("let a practitioner or an organisation read: one consent for each segment")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .requiredOption("--grantee <id>", "id of the practitioner or organisation in the directory")
    .addOption(kindsOption())
    .option("--type <types...>", "FHIR resource types; all by default")
    .addOption(purposeOption())
    .option("--days <number>", "for how long", wholeNumber(3650), 30)
    .addOption(jsonOption())
    .action(grantAccess);
}

async function grantAccess(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const id = parseActorId(flags.grantee);
  const lock = await personalLock();
  const patient = await readPatientKeys(flags.keys, lock);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const { keys, consents } = await grantConsent({
    runtime: systemRuntime,
    consortium,
    keys: patient,
    save: savePatientKeys(flags.keys, lock),
    kinds: chosenKinds(flags.kind),
    grantee: await findGrantee(consortium, flags.node, id),
    resourceTypes: flags.type ?? ["*"],
    purposes: [flags.purpose],
    notAfter: inDays(flags.days),
  });
  const given = keys.segments.flatMap((segment) =>
    segment.consents
      .map((kept) => ({
        consent: keptConsentId(consortium.identity, kept),
        kind: segment.opening.kind,
        kept,
      }))
      .filter(({ consent }) => consents.includes(consent)),
  );
  const [first] = given;
  if (first !== undefined) output.line(consentSentence(first.kept.consent.body));
  for (const { consent, kind } of given) output.line(`  ${consent}  ${kind}`);
  output.result(given.map(({ consent, kind }) => ({ consent, kind })));
}

async function findGrantee(
  consortium: Consortium,
  node: string,
  id: ActorId,
): Promise<GrantParameters["grantee"]> {
  const actor = consortium.actors.get(id);
  const member = [...consortium.members.values()].find((item) => (item.organisation as string) === id);
  const digest = actor?.keyCard ?? member?.keyCard;
  const home = member ?? (actor === undefined ? undefined : consortium.members.get(actor.organisation));
  if (digest === undefined || home === undefined) {
    throw new AnamnesisError({
      code: "unknown-grantee",
      rule: "A consent names a practitioner or an organisation of the directory.",
      fix: "Check the id; a new person is registered by the organisation's administrator first.",
    });
  }
  return {
    id: member === undefined ? id : member.organisation,
    card: await fetchKeyCard(systemRuntime, [home.endpoint, node], digest),
  };
}
