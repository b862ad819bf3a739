import { Command } from "commander";
import { consentSentence } from "@anamnesis/core/consent/consentSentence";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { keptConsentId } from "@anamnesis/sdk/keys/patientKeys";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys, readPatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, oneOfTwo, personalLock } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly keys?: string;
  readonly actor?: string;
  readonly json?: true;
}

interface Row {
  readonly consent: string;
  readonly kind: string;
  readonly status: string;
  readonly sentence: string;
}

/** `anamnesis consent list`: what a patient gave, or what waits for a practitioner. */
export function listCommand(): Command {
  return new Command("list")
    .description(
      "the consents that a patient gave, or the grants that wait for a practitioner at the own node",
    )
    .addOption(nodeOption())
    .option("--keys <file>", "the patient's key file")
    .option("--actor <file>", "the practitioner's key file")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      oneOfTwo(flags.keys, flags.actor);
      const output = createOutput(flags.json === true);
      const rows = flags.keys === undefined ? await received(flags) : await given(flags);
      for (const { consent, kind, status, sentence } of rows) {
        output.line(`${consent}  ${kind}  ${status}`);
        output.line(`  ${sentence}`);
      }
      if (rows.length === 0) output.line("none");
      output.result(rows);
    });
}

async function given({ keys, node }: Flags): Promise<readonly Row[]> {
  const patient = await readPatientKeys(keys ?? "", await personalLock());
  const { identity } = await loadConsortium({ runtime: systemRuntime, endpoint: node });
  return patient.segments.flatMap(({ opening, consents }) =>
    consents.map((kept) => ({
      consent: keptConsentId(identity, kept),
      kind: opening.kind,
      status: kept.status,
      sentence: consentSentence(kept.consent.body),
    })),
  );
}

/** That a consent is still live, only the custodians say: here stands what was given once. */
async function received({ actor, node }: Flags): Promise<readonly Row[]> {
  const keys = await readActorKeys(actor ?? "", await personalLock());
  const { identity } = await loadConsortium({ runtime: systemRuntime, endpoint: node });
  const client = connect(systemRuntime, node, httpSigner(keys.ed25519));
  const { grants } = await listGrants({ node: client, keys, identity });
  return grants.map(({ consent, content }) => ({
    consent,
    kind: content.opening.kind,
    status: "given",
    sentence: consentSentence(content.consent.body),
  }));
}
