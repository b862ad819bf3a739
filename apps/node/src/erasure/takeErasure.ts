import { AnamnesisError } from "@anamnesis/core/errors";
import { type Address, parseUnixSeconds, type RecordId } from "@anamnesis/core/ids";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import { eraseRequest, type EraseRequest, eraseRequestSigner } from "@anamnesis/core/record/eraseRequest";
import { type ErasureAck, erasureAckDigest } from "@anamnesis/core/record/erasure";
import type { VerifiedHeader } from "@anamnesis/core/record/verifyHeader";
import { confirmedBefore } from "../clock/confirmedBefore.ts";
import { activeCommittee } from "../committee/activeCommittee.ts";
import type { NodeContext } from "../context.ts";
import { tellErased } from "../custody/releasesUnderWay.ts";
import { authorSigned } from "../records/authorSigned.ts";
import { custodyNotReady } from "../runtime/refuse.ts";
import { newestCard } from "../segments/cardStore.ts";
import { currentOwner } from "../segments/currentOwner.ts";
import { keepErasure } from "./keepErasure.ts";

/**
 * Stores for ever that a record is erased, by the word of its segment's current owner or of the organisation that wrote it, while that is a member in good standing; from then on no
 * share of it leaves this node. The acknowledgement carries this custodian's signature on the intent with which the ledger learns of it. The same
 * request again, or another valid one, is acknowledged with the first time.
 *
 * Throws `bad-erase-request`, `bad-header`, `custody-not-ready`.
 */
export async function takeErasure(context: NodeContext, value: EraseRequest): Promise<ErasureAck> {
  const verified = await requireRightful(context, value);
  const { record, label } = verified;
  const storedAt = await context.durable("erase.sticky", () =>
    context.db.transaction(async (tx) => {
      await keepErasure(tx, record, context.clock.now(), eraseRequest.encode(value));
      const rows = await tx.query<{ stored_at: number }>(
        "select stored_at from sticky_erasures where record = $1",
        [record],
      );
      return parseUnixSeconds(rows[0]?.stored_at ?? context.clock.now());
    }),
  );
  tellErased(context, record);
  context.metrics.count("erasures_stored_total");
  context.wake("erase");
  const body = { record, label, custodian: context.organisation, storedAt };
  return {
    body,
    signature: context.keys.signMessage(erasureAckDigest(body)),
    approval: erasureApproval(context, record),
  };
}

/** This custodian's signature on `EraseRecord`. Deterministic: asked again, it gives the same. */
export function erasureApproval(
  { keys, ledger }: Pick<NodeContext, "keys" | "ledger">,
  record: RecordId,
): Uint8Array {
  const intent = { type: "EraseRecord", record, shown: { custodians: [] } } as const;
  return keys.signDigest(intentDigest(ledger.identity, intent));
}

async function requireRightful(context: NodeContext, value: EraseRequest): Promise<VerifiedHeader> {
  const { body } = value.header;
  const { core } = body;
  // A rotation that this node has not read yet would let an owner erase who has no say any more; and there is no way back.
  const head = context.copy.head();
  const now = context.clock.now();
  const fresh = head !== null && now - confirmedBefore(head.confirmedAt, now) <= context.settings.staleAfter;
  if (!fresh) throw custodyNotReady("ledger");
  const committee = await activeCommittee(context);
  if (committee === null) throw custodyNotReady("committee");
  if (core.committee !== committee.id) throw badEraseRequest();
  // Only who made U can put it into a header: whoever signs for this header's segment signs for the record.
  const verified = context.proofs.verify(value.header, committee.publicKey);
  const firsts = await context.copy.firstAnchored([verified.record], core.organisation);
  const first = firsts.get(verified.record);
  if (first !== undefined && first.label !== verified.label) throw badEraseRequest();
  if (!(await authorSigned(context, core, verified.signer, "ever"))) {
    throw badEraseRequest();
  }
  const signer = eraseRequestSigner(context.ledger.identity, value);
  if (signer === null || !(await mayErase(context, value, signer))) throw badEraseRequest();
  return verified;
}

async function mayErase(
  context: NodeContext,
  { header: { body } }: EraseRequest,
  signer: Address,
): Promise<boolean> {
  const { segment, organisation } = body.core;
  const author = await context.copy.member(organisation);
  if (author?.status === "active" && author.signer === signer) return true;
  const card = await newestCard(context.db, segment);
  return card !== null && (await currentOwner(context, card)) === signer;
}

function badEraseRequest(): AnamnesisError<"bad-erase-request"> {
  return new AnamnesisError({
    code: "bad-erase-request",
    rule: "A record is erased by its segment's current owner, or by the organisation that wrote it.",
    fix: "Sign with the current owner's key of this very record's segment, and see that this node has the segment's cards.",
  });
}
