import { Command } from "commander";
import { decodeJson } from "@anamnesis/api/http/jsonBody";
import { AnamnesisError } from "@anamnesis/core/errors";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { checkReceipt } from "@anamnesis/sdk/revocation/checkReceipt";
import { revocationReceiptFile } from "@anamnesis/sdk/revocation/revocationReceipt";
import { readRequired } from "../../files/durableFile.ts";
import { counted } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly json?: true;
}

/** `anamnesis consent check-receipt`: the signatures in a receipt, for anybody who has it. */
export function checkReceiptCommand(): Command {
  return new Command("check-receipt")
    .description("check the signatures in a receipt of revoked consents; needs no keys")
    .argument("<file>", "what `consent receipt` or the portal wrote")
    .addOption(nodeOption())
    .addOption(jsonOption())
    .action(check);
}

async function check(path: string, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const text = new TextDecoder().decode(await readRequired(path, "receipt"));
  const value = decodeJson(revocationReceiptFile, text);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const checked = checkReceipt(value, consortium);
  for (const { consent, sentence, acknowledged, inForceAt } of checked.consents) {
    const since = inForceAt === null ? "not proven to be in force" : `in force since ${iso(inForceAt)}`;
    output.line(`${consent}  stored by ${counted(acknowledged, "custodian")}, ${since}`);
    output.line(`  ${sentence}`);
  }
  const { proven, unproven } = checked.read;
  output.line(`${counted(proven, "reading")} proven, ${unproven} not`);
  output.line(`${counted(value.destroyed.length, "record")} destroyed, by the word of the nodes`);
  output.result(checked);
  if (checked.faults.length === 0 && checked.consents.every(({ inForceAt }) => inForceAt !== null)) return;
  throw new AnamnesisError({
    code: "bad-receipt",
    rule: "A receipt holds the custodians' signed word for each consent, and all of it verifies.",
    fix: "Make it again with `consent receipt`; with --json each fault is named.",
    meta: { faults: checked.faults.length },
  });
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
