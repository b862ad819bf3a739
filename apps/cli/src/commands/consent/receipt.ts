import { Command } from "commander";
import { encodeJson } from "@anamnesis/api/http/jsonBody";
import { parseConsentId } from "@anamnesis/core/ids";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { makeReceipt } from "@anamnesis/sdk/revocation/makeReceipt";
import { revocationReceiptFile } from "@anamnesis/sdk/revocation/revocationReceipt";
import { writeDurably } from "../../files/durableFile.ts";
import { readPatientKeys } from "../../files/keyFiles.ts";
import { counted } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly out: string;
  readonly json?: true;
}

/** `anamnesis consent receipt`: what became of consents that were revoked. */
export function receiptCommand(): Command {
  return new Command("receipt")
    .description("of revoked consents: who signed that it is stored, what was destroyed, what had been read")
    .argument("<consents...>", "ids of one share, see `consent list --keys`")
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the patient's key file")
    .requiredOption("--out <file>", "the receipt to write; it says what was shared and who read it")
    .addOption(jsonOption())
    .action(writeReceipt);
}

async function writeReceipt(ids: readonly string[], flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const consents = ids.map((id) => parseConsentId(id));
  const keys = await readPatientKeys(flags.keys, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const value = await makeReceipt({ runtime: systemRuntime, consortium, keys, consents });
  await writeDurably(flags.out, `${encodeJson(revocationReceiptFile, value)}\n`);
  const { acknowledged, unacknowledged, destroyed, unheard, read, findings } = value;
  for (const { name, storedAt } of acknowledged) output.line(`${name}  stored ${iso(storedAt)}`);
  for (const { name, code } of unacknowledged) output.line(`${name}  did not say: ${code}`);
  for (const { name, record, destroyedAt } of destroyed)
    output.line(`${name}  destroyed ${record} ${iso(destroyedAt)}`);
  for (const { name, code } of unheard) output.line(`${name}  did not say what it destroyed: ${code}`);
  for (const { actor, when, records } of read)
    output.line(`${actor}  had read ${counted(records.length, "record")} ${iso(when)}`);
  if (findings.length > 0) output.line(`there may be more readings: ${findings.join(", ")}`);
  output.result({
    acknowledged: acknowledged.length,
    unacknowledged: unacknowledged.length,
    destroyed: destroyed.length,
    unheard: unheard.length,
    read: read.length,
    findings,
  });
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
