import type { NodeStatus } from "@anamnesis/api/routes/nodeStatus";

/** Seconds without a word of the ledger after which the copy is stale: the node's own `staleAfter` is 120 by default. */
const STALE = 120;
/** Attempts of a wish after which it is no passing trouble any more. */
const STUCK = 10;
/** Share of the disk, and bytes, under which it is about to be full. */
const LOW_SHARE = 0.1;
const LOW_BYTES = 1024 ** 3;
/** Decisions that the members refused: nothing here is to be mended. */
const DECISIONS: ReadonlySet<string> = new Set(["RequestJoin", "Propose", "Vote", "SettleProposal"]);

/** What of a node's figures needs somebody, the most urgent first. */
export const NODE_FINDINGS = [
  "disk-low",
  "ledger-missing",
  "ledger-stale",
  "too-few-custodians",
  "no-committee",
  "custodian-silent",
  "refused",
  "stuck",
  "not-cosigned",
] as const;
export type NodeFinding = (typeof NODE_FINDINGS)[number];

/** Pure: the same figures give the same findings. */
export function nodeFindings(status: NodeStatus): readonly NodeFinding[] {
  const { now, head, custodians, threshold, outbox, storage, log } = status;
  const { disk } = storage;
  const answering = custodians.filter(({ answers }) => answers).length;
  const tooFew = threshold !== null && answering < threshold;
  const found: Readonly<Record<NodeFinding, boolean>> = {
    "disk-low": disk !== null && (disk.free < LOW_BYTES || disk.free < disk.size * LOW_SHARE),
    "ledger-missing": head === null,
    "ledger-stale": head !== null && now - head.confirmedAt > STALE,
    "too-few-custodians": tooFew,
    "no-committee": threshold === null,
    "custodian-silent": !tooFew && answering < custodians.length,
    refused: outbox.some(({ type, refused }) => refused > 0 && !DECISIONS.has(type)),
    stuck: outbox.some(({ attempts }) => attempts >= STUCK),
    "not-cosigned": log.cosigned !== null && log.cosigned.count < log.cosigned.wanted,
  };
  return NODE_FINDINGS.filter((name) => found[name]);
}
