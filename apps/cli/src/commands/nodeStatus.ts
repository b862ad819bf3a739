import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { NodeStatus } from "@anamnesis/api/routes/nodeStatus";
import { type NodeFinding, nodeFindings } from "@anamnesis/sdk/nodeFindings";
import { Command } from "commander";
import { columns, counted, printable, size } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { adminOption, asAdministrator } from "./administrator.ts";
import { jsonOption, nodeOption } from "./options.ts";

/** What to do about each finding. */
const ADVICE: Readonly<Record<NodeFinding, string>> = {
  "disk-low": "the disk is almost full: free or add space now; a node that cannot write stops answering",
  "ledger-missing":
    "no copy of the ledger yet: look whether `ledger.rpcUrl` answers; custody waits until then",
  "ledger-stale":
    "the ledger has not answered lately: look at `ledger.rpcUrl`; nothing is released meanwhile",
  "too-few-custodians": "too few custodians answer: no record opens anywhere; call those that are silent",
  "no-committee": "no committee: `anamnesis committee form`, once enough custodians are members",
  "custodian-silent": "a custodian is silent: records still open; tell its organisation",
  refused:
    "the ledger refused what this node signed: see the log for `outbox-refused`, mend, run `anamnesis fsck`",
  stuck:
    "wishes wait and wait: the ledger does not take them; look at `ledger.rpcUrl` and the relayer's account",
  "not-cosigned":
    "the newest head of the receipt log has too few cosignatures: the witnesses' nodes are not reached",
};

/** `anamnesis node status`: the figures of a node, for whoever looks after it. */
export function nodeStatusCommand(): Command {
  return new Command("status")
    .description(
      "the figures of a node: ledger, custodians, anchors, what waits for the ledger, storage, log",
    )
    .addOption(nodeOption())
    .addOption(adminOption())
    .addOption(jsonOption())
    .action(async (flags: { readonly node: string; readonly admin: string; readonly json?: true }) => {
      const output = createOutput(flags.json === true);
      const client = await asAdministrator(flags.node, flags.admin);
      const status = await client.call(adminRoutes.nodeStatus, {}, undefined);
      const findings = nodeFindings(status);
      for (const line of columns(rowsOf(status))) output.line(line);
      for (const finding of findings) output.line(`! ${ADVICE[finding]}`);
      output.result({ ...status, findings });
    });
}

function rowsOf({
  now,
  head,
  custodians,
  threshold,
  anchors,
  outbox,
  storage,
  log,
}: NodeStatus): readonly (readonly string[])[] {
  const { last, waiting } = anchors;
  const { database, blobs, disk } = storage;
  return [
    [
      "ledger",
      head === null
        ? "not caught up"
        : `block ${head.number}, ${now - head.time} s old, confirmed ${now - head.confirmedAt} s ago`,
    ],
    ...custodians.map(({ name, answers }) => [
      "custodian",
      `${printable(name)}: ${answers ? "answers" : "silent"}`,
    ]),
    ["needed", threshold === null ? "no committee" : `${threshold} custodians`],
    [
      "anchored",
      last === null
        ? "nothing yet"
        : `batch ${last.sequence} of ${counted(last.records, "record")}, ${now - last.time} s ago`,
    ],
    ["to anchor", counted(waiting, "record")],
    ...outbox.map(({ type, pending, attempts, refused }) => [
      "outbox",
      `${type}: ${pending} pending (${counted(attempts, "attempt")}), ${refused} refused`,
    ]),
    ...(outbox.length === 0 ? [["outbox", "empty"]] : []),
    ["database", size(database)],
    ["blobs", blobs === null ? "being counted" : `${counted(blobs.count, "blob")}, ${size(blobs.bytes)}`],
    ["disk", disk === null ? "unknown" : `${size(disk.free)} free of ${size(disk.size)}`],
    [
      "receipt log",
      `${counted(log.size, "entry", "entries")}, signed to ${log.signed ?? 0}, on the ledger to ${log.anchored ?? 0}`,
    ],
    [
      "witnesses",
      log.cosigned === null
        ? "none asked since the start"
        : `${log.cosigned.count} of ${log.cosigned.wanted} cosigned the head of ${log.cosigned.size}`,
    ],
  ];
}
