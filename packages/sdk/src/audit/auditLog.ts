import { auditRoutes } from "@anamnesis/api/routes/audit";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { type Checkpoint, verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import type { CheckpointKey } from "@anamnesis/core/audit/checkpointKey";
import { type Cosignature, verifyCosignatures } from "@anamnesis/core/audit/cosignature";
import { logOrigin, witnessName } from "@anamnesis/core/audit/logOrigin";
import { consistencyPathIn, EMPTY_ROOT, rootIn, verifyConsistency } from "@anamnesis/core/audit/merkleTree";
import { withTiles } from "@anamnesis/core/audit/tiles";
import { equalBytes, fromHex } from "@anamnesis/core/encoding/bytes";
import { hasCode } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { fetchKeyCard, type Member } from "../consortium.ts";
import type { LedgerView } from "../ledgerView.ts";
import { codeOf } from "../ourError.ts";
import { connect, type Runtime } from "../runtime.ts";
import type { AuditState } from "./auditState.ts";
import { type LogReader, readLog } from "./logReader.ts";
import { readTiles } from "./readTiles.ts";

export interface AuditParameters {
  readonly runtime: Runtime;
  /** The node whose log is followed. */
  readonly endpoint: string;
  /** What the last look left; `null` at the first one, which trusts the keys that the directory (or the ledger) names. */
  readonly state: AuditState | null;
  /** The log's key, when it is known from elsewhere. */
  readonly logKey?: CheckpointKey;
  /** How many other members must have cosigned the head, as far as there are others; 1 by default. */
  readonly witnesses?: number;
  readonly ledger?: LedgerView;
}

export type AuditFindingCode =
  /** The node gave no head, or not all tiles; `detail` is the code. A node that says `log-rolled-back` says so of itself. */
  | "log-unavailable"
  /** Another key than before, or than the ledger names. */
  | "key-changed"
  | "bad-checkpoint"
  /** The log is smaller than a head that it signed. */
  | "rolled-back"
  /** The log does not contain a head that it signed. */
  | "forked"
  /** A tile or bundle is not what the tree needs it to be; `detail` is its path. */
  | "bad-tile"
  /** The tiles do not make the signed root. */
  | "bad-root"
  | "bad-cosignature"
  | "too-few-cosignatures"
  /** The ledger has a head that the log does not contain. */
  | "anchor-mismatch";

export interface AuditFinding {
  readonly code: AuditFindingCode;
  readonly detail: string;
  /** Signed notes that show it. */
  readonly evidence: readonly string[];
}

export interface AuditReport {
  readonly organisation: OrganisationId;
  readonly log: CheckpointKey;
  /** `null` when no signed head was given. */
  readonly head: Checkpoint | null;
  /** Entries that were read and hashed this time. */
  readonly entries: number;
  readonly cosignatures: readonly Cosignature[];
  /** Heads that were compared besides the log's own: those that witnesses hold, and those on the ledger. */
  readonly compared: { readonly witnesses: number; readonly ledger: number };
  readonly findings: readonly AuditFinding[];
  /** What to keep for the next look: the old state when the log contradicts itself, so that it is found again. */
  readonly state: AuditState | null;
}

/** Findings that say nothing against what was read. */
const HARMLESS: ReadonlySet<AuditFindingCode> = new Set(["too-few-cosignatures"]);

/**
 * One look at a node's receipt log from outside: head and signature, every new entry up to the signed root, the head of the last
 * look, cosignatures, the heads that witnesses hold, and those on the ledger when its view is given. What is wrong is a
 * finding. Throws what the node answers when it does not even say who it is, and `key-card-not-found`.
 */
export async function auditLog(parameters: AuditParameters): Promise<AuditReport> {
  const { runtime, endpoint, state, ledger } = parameters;
  const client = connect(runtime, endpoint, null);
  const { organisation } = await client.call(exchangeRoutes.node, {}, undefined);
  const { members } = await client.call(exchangeRoutes.directory, {}, undefined);
  const findings: AuditFinding[] = [];
  const find = (code: AuditFindingCode, detail: string, ...evidence: string[]): void =>
    void findings.push({ code, detail, evidence });
  const log = await logKeyOf(parameters, organisation, members, find);
  const context: Look = { parameters, log, reader: readLog(runtime, endpoint), find };
  const nothing = { organisation, log, entries: 0, cosignatures: [], compared: { witnesses: 0, ledger: 0 } };

  const text = await context.reader.checkpoint().catch((error: unknown) => {
    find("log-unavailable", codeOf(error));
    return null;
  });
  const head = text === null ? null : verifiedHead(context, text);
  if (text === null || head === null) return { ...nothing, head: null, findings, state };

  const { entries, next } = await readNew(context, head, text);
  const others = members.filter((member) => member.organisation !== organisation);
  const cosignatures = await verifyWitnesses(context, text, others);
  const witnesses = await compareWithWitnesses(context, organisation, head, text, others);
  const heads = ledger?.logHeads.get(organisation) ?? [];
  const newest = heads.at(-1);
  const due = heads.filter(({ size }) => size > (state?.anchored ?? 0) || size === newest?.size);
  for (const { size, root } of due) {
    const claim = { origin: log.name, size, root: fromHex(root) };
    const verdict = await compare(context, head, claim);
    if (verdict !== null) find("anchor-mismatch", `size ${size}: ${verdict}`, text);
  }
  const trusted = findings.every(({ code }) => HARMLESS.has(code));
  const anchored = Math.max(state?.anchored ?? 0, newest?.size ?? 0);
  return {
    organisation,
    log,
    head,
    entries,
    cosignatures,
    compared: { witnesses, ledger: due.length },
    findings,
    state: trusted && next !== null ? { ...next, anchored } : state,
  };
}

interface Look {
  readonly parameters: AuditParameters;
  readonly log: CheckpointKey;
  readonly reader: LogReader;
  readonly find: (code: AuditFindingCode, detail: string, ...evidence: string[]) => void;
}

/** The key that was given, else that of the last look, else that of the card which directory and ledger name. */
async function logKeyOf(
  { runtime, endpoint, state, logKey, ledger }: AuditParameters,
  organisation: OrganisationId,
  members: readonly Member[],
  find: Look["find"],
): Promise<CheckpointKey> {
  const trusted = logKey ?? state?.log;
  const name = logOrigin(organisation);
  const member = members.find((item) => item.organisation === organisation);
  const onLedger = ledger?.members.get(organisation)?.keyCard;
  if (onLedger !== undefined && onLedger !== member?.keyCard)
    find("key-changed", "directory and ledger differ");
  const digest = onLedger ?? member?.keyCard;
  const card =
    digest === undefined ? null : await fetchKeyCard(runtime, [endpoint], digest).catch(() => null);
  if (trusted !== undefined) {
    const same = trusted.name === name && (card === null || equalBytes(card.ed25519, trusted.publicKey));
    if (same) return trusted;
    const replaced = ledger?.members.get(organisation)?.earlierKeys ?? [];
    const earlier = await Promise.all(
      replaced.map(({ keyCard }) => fetchKeyCard(runtime, [endpoint], keyCard).catch(() => null)),
    );
    const rotated = earlier.some((old) => old !== null && equalBytes(old.ed25519, trusted.publicKey));
    // A key that the members replaced by vote is followed to the one that took its place.
    if (trusted.name === name && rotated && card !== null) return { name, publicKey: card.ed25519 };
    find("key-changed", "another log or key than was known");
    return trusted;
  }
  if (card !== null) return { name, publicKey: card.ed25519 };
  return {
    name,
    publicKey: (await fetchKeyCard(runtime, [endpoint], digest ?? (organisation as never))).ed25519,
  };
}

function verifiedHead({ log, find }: Look, text: string): Checkpoint | null {
  try {
    return verifyCheckpoint(text, log);
  } catch (error) {
    find("bad-checkpoint", codeOf(error), text);
    return null;
  }
}

/** Reads what is new since the last look and holds it against the head; `next` is `null` when something is wrong. */
async function readNew(
  look: Look,
  head: Checkpoint,
  checkpoint: string,
): Promise<{ readonly entries: number; readonly next: Omit<AuditState, "anchored"> | null }> {
  const { reader, log, find } = look;
  const { state } = look.parameters;
  const { size, root } = head;
  if (state !== null && size < state.size) {
    find("rolled-back", `${size} entries, ${state.size} at the last look`, state.checkpoint, checkpoint);
    return { entries: 0, next: null };
  }
  const read = await readTiles(reader, size, state);
  if ("problem" in read) {
    const { problem, detail } = read;
    find(problem, detail, ...(problem === "forked" && state !== null ? [state.checkpoint] : []), checkpoint);
    return { entries: 0, next: null };
  }
  try {
    const fromTiles = await withTiles(size, reader.tile, (tree) => rootIn(tree, size));
    if (equalBytes(read.root, root) && equalBytes(fromTiles, root)) {
      return { entries: read.entries, next: { log, size, root, whole: read.whole, checkpoint } };
    }
    // Either the new part is not what was signed, or the old one is not what it was.
    const before = state === null ? null : { origin: log.name, size: state.size, root: state.root };
    if (before !== null && state !== null && (await compare(look, head, before)) !== null) {
      find("forked", `${state.size} entries at the last look`, state.checkpoint, checkpoint);
    } else {
      find("bad-root", `${size} entries`, checkpoint);
    }
  } catch (error) {
    find("bad-tile", codeOf(error), checkpoint);
  }
  return { entries: read.entries, next: null };
}

async function verifyWitnesses(
  { parameters, find }: Look,
  text: string,
  others: readonly Member[],
): Promise<readonly Cosignature[]> {
  const { runtime, endpoint, witnesses = 1 } = parameters;
  const cosignatures: Cosignature[] = [];
  for (const { organisation, endpoint: own, keyCard } of others) {
    const card = await fetchKeyCard(runtime, [endpoint, own], keyCard).catch(() => null);
    if (card === null) continue;
    try {
      const key = { name: witnessName(organisation), publicKey: card.ed25519 };
      cosignatures.push(...verifyCosignatures(text, [key]));
    } catch (error) {
      find("bad-cosignature", `${organisation}: ${codeOf(error)}`, text);
    }
  }
  const wanted = Math.min(witnesses, others.length);
  if (cosignatures.length < wanted) find("too-few-cosignatures", `${cosignatures.length} of ${wanted}`, text);
  return cosignatures;
}

/** What the log showed its witnesses is what it shows here. Returns how many heads were compared. */
async function compareWithWitnesses(
  look: Look,
  organisation: OrganisationId,
  head: Checkpoint,
  text: string,
  others: readonly Member[],
): Promise<number> {
  const { runtime } = look.parameters;
  let compared = 0;
  for (const { endpoint, organisation: witness } of others) {
    const held = await connect(runtime, endpoint, null)
      .call(auditRoutes.witnessedCheckpoint, { organisation }, undefined)
      .catch(() => null);
    if (held === null) continue;
    let claim: Checkpoint;
    try {
      claim = verifyCheckpoint(held, look.log);
    } catch {
      // Without the log's signature it is the witness's word alone, and says nothing about the log.
      continue;
    }
    compared++;
    const verdict = await compare(look, head, claim);
    if (verdict !== null) look.find(verdict, `size ${claim.size}, cosigned by ${witness}`, held, text);
  }
  return compared;
}

/** Is `claim` a head of the log whose head is `head`? Either may be the larger one: a log grows while it is looked at. */
async function compare(
  { reader }: Look,
  head: Checkpoint,
  claim: Checkpoint,
): Promise<"forked" | "rolled-back" | null> {
  const [from, to] = claim.size <= head.size ? [claim, head] : [head, claim];
  if (from.size === 0) return equalBytes(from.root, EMPTY_ROOT) ? null : "forked";
  try {
    const path = await withTiles(to.size, reader.tile, (tree) => consistencyPathIn(tree, from.size, to.size));
    const extended = verifyConsistency({
      from: from.size,
      fromRoot: from.root,
      to: to.size,
      toRoot: to.root,
      path,
    });
    return extended ? null : "forked";
  } catch (error) {
    if (claim.size > head.size && hasCode(error, "not-found")) return "rolled-back";
    return codeOf(error) === "bad-tile" ? "forked" : "rolled-back";
  }
}
