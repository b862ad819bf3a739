import { Command } from "commander";
import type { HttpSigner } from "@anamnesis/api/http/signature";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { EraseRequest } from "@anamnesis/core/record/eraseRequest";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { eraseRecord } from "@anamnesis/sdk/erase";
import { authorErasure, ownerErasure } from "@anamnesis/sdk/eraseRequests";
import { listRecords, notOpened } from "@anamnesis/sdk/listRecords";
import { ownerAccess } from "@anamnesis/sdk/access";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { readActorKeys, readPatientKeys } from "../../files/keyFiles.ts";
import { columns, counted } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { createProgressBar } from "../../output/progressBar.ts";
import { systemRuntime } from "../../runtime.ts";
import { countOf, jsonOption, nodeOption, personalLock } from "../options.ts";
import { recordArgument } from "./recordArgument.ts";

interface Flags {
  readonly node: string;
  readonly keys?: string;
  readonly admin?: string;
  readonly patience: number;
  readonly yes?: true;
  readonly json?: true;
}

/** `anamnesis record erase`: for ever, by its owner or by the organisation that wrote it. */
export function eraseCommand(): Command {
  return new Command("erase")
    .description("erase a record for ever (GDPR Art. 17): nobody opens it again, its owner neither")
    .addArgument(recordArgument())
    .addOption(nodeOption())
    .option("--keys <file>", "the patient's key file")
    .option("--admin <file>", "key file of an administrator of the author's node, which --node then names")
    .option("--patience <seconds>", "how long to wait for the nodes' receipts", countOf(3600), 60)
    .option("--yes", "it cannot be undone, and that is what is wanted")
    .addOption(jsonOption())
    .action(erase);
}

async function erase(record: RecordId, flags: Flags): Promise<void> {
  if ((flags.keys === undefined) === (flags.admin === undefined)) throw oneOfBoth();
  if (flags.yes !== true) throw notSaid();
  const output = createOutput(flags.json === true);
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const { request, signer } =
    flags.keys === undefined
      ? await byAuthor(record, flags.node, flags.admin ?? "")
      : await byOwner(record, flags.keys, consortium);
  const bar = createProgressBar("receipts");
  const { acknowledged, silent, receipts, waiting, incomplete } = await eraseRecord({
    runtime: systemRuntime,
    consortium,
    signer,
    request,
    patience: flags.patience,
    onInForce: ({ acknowledged: by }) =>
      output.line(`in force: ${by.length} custodians refuse it for ever; nobody opens it any more`),
    onProgress: ({ done, of }) => bar.set(done, of),
  }).finally(() => bar.clear());
  const named = (organisation: OrganisationId): string =>
    consortium.members.get(organisation)?.name ?? organisation;
  const rows = [
    ...receipts.map(({ body: { node, deletedAt, kept } }) => [
      named(node),
      `${kept.length === 0 ? "deleted" : "not complete"} ${new Date(deletedAt * 1000).toISOString()}`,
      kept.length === 0 ? "" : `${kept.length} ciphertexts stay: another record names them`,
    ]),
    ...waiting.map((organisation) => [named(organisation), "has not signed yet", ""]),
  ];
  for (const line of columns([["node", "receipt", ""], ...rows])) output.line(line);
  if (waiting.length > 0)
    output.line("Those that have not signed delete by themselves; run it again to see.");
  if (incomplete.length > 0)
    output.line(
      `Not complete at ${counted(incomplete.length, "node")}: a ciphertext stays there while a record that is not erased names it.`,
    );
  output.result({
    record,
    acknowledged,
    silent,
    deleted: receipts.map(({ body: { node, deletedAt, kept } }) => ({ node, deletedAt, kept })),
    waiting,
    incomplete,
  });
}

interface Wish {
  readonly request: EraseRequest;
  readonly signer: HttpSigner;
}

async function byAuthor(record: RecordId, node: string, admin: string): Promise<Wish> {
  const { ed25519 } = await readActorKeys(admin, await personalLock());
  const signer = httpSigner(ed25519);
  return { signer, request: await authorErasure(connect(systemRuntime, node, signer), record) };
}

/** In which segment it stands, its homes say. */
async function byOwner(record: RecordId, file: string, consortium: Consortium): Promise<Wish> {
  const keys = await readPatientKeys(file, await personalLock());
  for (const kind of SEGMENT_KINDS) {
    if (!keys.segments.some(({ opening }) => opening.kind === kind)) continue;
    const access = ownerAccess(keys, kind);
    const common = { runtime: systemRuntime, consortium, access, purpose: "PATRQT" } as const;
    const listing = await listRecords(common).catch((error: unknown) => {
      if (hasCode(error, "not-opened")) return null;
      throw error;
    });
    const found = listing?.records.find((item) => item.record === record);
    if (found === undefined) continue;
    return { signer: access.signer, request: await ownerErasure(keys, consortium.identity, found.header) };
  }
  throw notOpened();
}

function oneOfBoth(): AnamnesisError<"one-key-file"> {
  return new AnamnesisError({
    code: "one-key-file",
    rule: "A record is erased by its owner or by the organisation that wrote it.",
    fix: "Give the patient's key file with --keys, or an administrator's with --admin.",
  });
}

function notSaid(): AnamnesisError<"not-confirmed"> {
  return new AnamnesisError({
    code: "not-confirmed",
    rule: "Nothing brings an erased record back.",
    fix: "Say it with --yes.",
  });
}
