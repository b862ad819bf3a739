import { Command } from "commander";
import { parseConsentId } from "@anamnesis/core/ids";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { revokeConsent } from "@anamnesis/sdk/revoke";
import { readPatientKeys, savePatientKeys } from "../../files/keyFiles.ts";
import { counted, duration } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly json?: true;
}

/** `anamnesis consent revoke`: ends consents. */
export function revokeCommand(): Command {
  return new Command("revoke")
    .description("end consents at once; run it again if it was broken off")
    .argument("<consents...>", "ids, see `consent list --keys`")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .addOption(jsonOption())
    .action(revokeConsents);
}

async function revokeConsents(ids: readonly string[], flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const consents = ids.map((id) => parseConsentId(id));
  const lock = await personalLock();
  const keys = await readPatientKeys(flags.keys, lock);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const begin = performance.now();
  const { revoked, published, undelivered } = await revokeConsent({
    runtime: systemRuntime,
    consortium,
    keys,
    save: savePatientKeys(flags.keys, lock),
    consents,
    onInForce: () => output.line(`in force after ${duration(performance.now() - begin)}`),
  });
  for (const { consent, acknowledged, silent } of revoked) {
    output.line(
      `${consent}  stored by ${counted(acknowledged.length, "custodian")}, ${silent.length} did not answer`,
    );
  }
  output.line(
    `a new key since then, at ${counted(new Set(published.map((item) => item.organisation)).size, "node")}`,
  );
  output.result({
    revoked: revoked.map(({ consent, acknowledged, silent, inForceAt }) => {
      return { consent, acknowledged: acknowledged.length, silent: silent.length, inForceAt };
    }),
    undelivered,
  });
}
