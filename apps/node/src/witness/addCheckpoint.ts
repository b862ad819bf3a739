import { witnessConflict } from "@anamnesis/api/errorStatus";
import { type KeyCard, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { parseAddCheckpoint } from "@anamnesis/core/audit/addCheckpoint";
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { cosign } from "@anamnesis/core/audit/cosignature";
import { logOrigin, organisationOfLog, witnessName } from "@anamnesis/core/audit/logOrigin";
import { EMPTY_ROOT, verifyConsistency } from "@anamnesis/core/audit/merkleTree";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { memberKeyCards } from "../directory/memberKeyCards.ts";
import { memberKeyCard } from "../directory/memberKeyCard.ts";
import { notFound } from "../runtime/refuse.ts";
import { verifyByOneOf } from "./verifyByOneOf.ts";
import { ownSignature } from "./ownSignature.ts";

/**
 * Cosigns another custodian's head when it extends the head that was cosigned before (C2SP tlog-witness): compared, kept and
 * synced, then signed, one request about a log after the other. So no two heads of one size are ever cosigned, and none
 * that is smaller than one before. Returns the cosignature's line.
 *
 * Throws `bad-add-checkpoint`, `bad-checkpoint`, `not-found` (not the log of another custodian), `witness-not-ready`,
 * `bad-checkpoint-signature`, `witness-conflict` with `meta.size`, `log-forked`, `bad-consistency`, `storage-failed`.
 */
export async function addCheckpoint(context: NodeContext, body: string): Promise<string> {
  const { oldSize, proof, checkpoint } = parseAddCheckpoint(body);
  const log = organisationOfLog(parseCheckpoint(checkpoint).origin);
  const card = log === null ? null : await cardOfLog(context, log);
  if (log === null || card === null) throw notFound();
  const key = { name: logOrigin(log), publicKey: card.ed25519 };
  const head = verifyCheckpoint(checkpoint, key);
  const signed = ownSignature(checkpoint, key);
  if (oldSize > head.size) {
    throw new AnamnesisError({
      code: "bad-add-checkpoint",
      rule: "The old size is at most the checkpoint's.",
      fix: "Send the size of the head that this witness cosigned last.",
    });
  }
  const earlier = await memberKeyCards(context, log);
  return context.witnessed.update(log, async ({ checkpoint: text, replace }) => {
    const held = text === null ? EMPTY : verifyByOneOf(text, key, earlier);
    if (head.size === held.size && !equalBytes(head.root, held.root)) {
      await keepFork(context, log, earlier, text, signed);
      throw forked(head);
    }
    if (oldSize !== held.size) throw witnessConflict(held.size);
    const { size: from, root: fromRoot } = held;
    if (!verifyConsistency({ from, fromRoot, to: head.size, toRoot: head.root, path: proof })) {
      context.log.warn("witness-inconsistent", { organisation: log, from, size: head.size });
      throw inconsistent();
    }
    if (head.size > from || text === null) await context.durable("witness.head", () => replace(signed));
    const witness = { name: witnessName(context.organisation), publicKey: context.keys.card.ed25519 };
    const line = await cosign(signed, witness, context.clock.now(), context.keys.signMessage);
    context.metrics.count("heads_cosigned_total");
    return line;
  });
}

const EMPTY: Pick<Checkpoint, "size" | "root"> = { size: 0, root: EMPTY_ROOT };

/** The key card of another custodian, suspended or not: what it signs is watched all the same. `null` for whoever is none. Throws `witness-not-ready`. */
async function cardOfLog(context: NodeContext, log: OrganisationId): Promise<KeyCard | null> {
  const member = log === context.organisation ? null : await context.copy.member(log);
  if (member?.custodian !== true || member.status === "removed") return null;
  const card = await memberKeyCard(context, member);
  if (card !== null) return card;
  throw new AnamnesisError({
    code: "witness-not-ready",
    rule: "A witness cosigns only what it can check against the log's key card.",
    fix: "Ask again when the member's node can be reached from here.",
  });
}

/**
 * Both notes bear the log's signature, so anyone can check that it told two stories. (Another root than the one of the empty tree
 * needs no second note.)
 */
async function keepFork(
  { witnessed, durable, log, metrics }: NodeContext,
  accused: OrganisationId,
  cards: readonly KeyCard[],
  held: string | null,
  signed: string,
): Promise<void> {
  const [keyCard, ...laterCards] = cards.toReversed();
  // Without the first card nobody could check it by itself; the witness has fetched it since it met this member.
  if (held !== null && keyCard !== undefined && organisationIdOf(keyCard) === accused) {
    const about = { accused, keyCard, ...(laterCards.length === 0 ? {} : { laterCards }) };
    const first = { checkpoint: held, entry: null };
    const second = { checkpoint: signed, entry: null };
    await durable("witness.evidence", () =>
      witnessed.keepEvidence({ kind: "conflicting-heads", ...about, first, second, index: null }),
    );
  }
  log.error("log-forked", { organisation: accused });
  metrics.count("log_forks_seen_total");
}

function forked({ size }: Checkpoint): AnamnesisError<"log-forked"> {
  return new AnamnesisError({
    code: "log-forked",
    rule: "A log has one head of each size.",
    fix: "Nothing mends this: both signed heads are kept as evidence.",
    meta: { size },
  });
}

function inconsistent(): AnamnesisError<"bad-consistency"> {
  return new AnamnesisError({
    code: "bad-consistency",
    rule: "A head is cosigned only with a proof that it extends the one before (RFC 6962 section 2.1.2).",
    fix: "Send the proof from the old size to the checkpoint's; a log that cannot has lost or changed entries.",
  });
}
