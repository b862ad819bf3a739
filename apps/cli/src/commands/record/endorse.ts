import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { hasCode } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { endorseRecord } from "@anamnesis/sdk/endorse";
import { notOpened } from "@anamnesis/sdk/listRecords";
import type { OpenedRecord } from "@anamnesis/sdk/open";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { writeDurably } from "../../files/durableFile.ts";
import { readActorKeys } from "../../files/keyFiles.ts";
import { size } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { accessesOf } from "../accesses.ts";
import { jsonOption, kindsOption, nodeOption, personalLock, purposeOption } from "../options.ts";
import { recordArgument } from "./recordArgument.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly kind?: readonly SegmentKind[];
  readonly purpose: Purpose;
  readonly out: string;
  readonly look?: true;
  readonly json?: true;
}

/** `anamnesis record endorse`: opens a record and has the own organisation sign it. */
export function endorseCommand(): Command {
  return new Command("endorse")
    .description("open a record that waits for the own organisation's signature, and have its node sign it")
    .addArgument(recordArgument())
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "key file of a person of the organisation whose node it is")
    .requiredOption("--out <folder>", "where the opened record is written first")
    .option("--look", "open and write it only; nothing is signed")
    .addOption(kindsOption())
    .addOption(purposeOption())
    .addOption(jsonOption())
    .action(endorse);
}

async function endorse(record: RecordId, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const { consortium, accesses } = await accessesOf(flags);
  const keys = await readActorKeys(flags.actor, await personalLock());
  const node = connect(systemRuntime, flags.node, httpSigner(keys.ed25519));
  await mkdir(flags.out, { recursive: true, mode: 0o700 });
  const approve = async ({ record: id, mediaType, bytes }: OpenedRecord): Promise<boolean> => {
    const ending = mediaType === "application/fhir+json" ? "json" : "bin";
    await writeDurably(join(flags.out, `${id.slice(2)}.${ending}`), bytes);
    return flags.look !== true;
  };
  for (const access of accesses) {
    try {
      const common = { runtime: systemRuntime, consortium, access, purpose: flags.purpose };
      const { opened, endorsed } = await endorseRecord({ ...common, node, record, approve });
      const { length } = opened.bytes;
      output.line(
        `opened (${size(length)}) and ${endorsed ? "signed; it is on its way to the ledger" : "not signed"}`,
      );
      output.result({ record, kind: access.opening.kind, bytes: length, endorsed });
      return;
    } catch (error) {
      // In which segment it is shows when it opens.
      if (!hasCode(error, "not-opened")) throw error;
    }
  }
  throw notOpened();
}
