import type { HttpSigner } from "@anamnesis/api/http/signature";
import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { BodyLabel, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import type { EraseRequest } from "@anamnesis/core/record/eraseRequest";
import { type ErasureReceipt, verifyErasureAck, verifyErasureReceipt } from "@anamnesis/core/record/erasure";
import { bodyLabel } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { verifyChain } from "@anamnesis/core/segment/card";
import { cardsAt } from "./cards/publishCards.ts";
import { concurrently } from "./concurrently.ts";
import { type Consortium, fetchKeyCard } from "./consortium.ts";
import { codeOf } from "./ourError.ts";
import { neededAcknowledgements } from "./revocation/sendRevocation.ts";
import { connect, type Runtime } from "./runtime.ts";

export interface EraseParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** Signs the HTTP requests: the segment's request key, or an administrator's. */
  readonly signer: HttpSigner;
  /** From `ownerErasure` or `authorErasure`. */
  readonly request: EraseRequest;
  /** Seconds to wait until every node that keeps the record has signed that it is gone; 60 by default. */
  readonly patience?: number;
  /** Called, and waited for, when enough custodians refuse it for ever and before the ledger is told. */
  readonly onInForce?: (erasure: ErasureInForce) => void | Promise<void>;
  /** After each node that signed. */
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

export interface ErasureInForce {
  readonly record: RecordId;
  /** Custodians whose signed word that it is stored for ever was verified. */
  readonly acknowledged: readonly { readonly custodian: OrganisationId; readonly storedAt: UnixSeconds }[];
  readonly silent: readonly { readonly custodian: OrganisationId; readonly code: string }[];
  /** When, by the custodians' clocks, so many had stored it that nobody can open it any more. */
  readonly inForceAt: UnixSeconds;
}

export interface Erasure extends ErasureInForce {
  /** Verified receipts of the author's node and the segment's homes, in their order. */
  readonly receipts: readonly ErasureReceipt[];
  /** Nodes that have not signed yet: they delete by themselves once they have read the ledger, and can be asked again. */
  readonly waiting: readonly OrganisationId[];
  /** Nodes that signed that something of it stays, since another record names it (`kept`): there the erasure is not complete. */
  readonly incomplete: readonly OrganisationId[];
}

/** Milliseconds between two looks at the nodes. */
const LOOK_EVERY = 500;

/**
 * Erases a record for ever. Safe to run again with the same request after any error or kill, and what was begun is completed by the custodians that have it:
 *
 * 1. The same bytes go to all custodians, each of which stores them for ever and refuses from then on. From n-t+1 acknowledgements on nobody can open the record:
 *    it is in force.
 * 2. As many of their signatures as the threshold go onto the ledger, through any node.
 * 3. Every node that keeps the record deletes its wrap and content when it has read so, and signs that they are gone.
 *
 * Throws `erasure-not-in-force` (naming who is missing: what is stored stays stored), `nodes-unreachable`.
 */
export async function eraseRecord(parameters: EraseParameters): Promise<Erasure> {
  const asked = await askAll(parameters);
  await parameters.onInForce?.(asked.inForce);
  await submit(parameters, asked);
  return { ...asked.inForce, ...(await gatherReceipts(parameters)) };
}

interface Asked {
  readonly inForce: ErasureInForce;
  readonly approvals: readonly { readonly custodian: OrganisationId; readonly signature: Uint8Array }[];
}

async function askAll({ runtime, consortium, signer, request }: EraseParameters): Promise<Asked> {
  const { committee, identity, members } = consortium;
  const record = recordIdOf(request.header.body.U);
  const label = bodyLabel(request.header.body);
  const digest = intentDigest(identity, { type: "EraseRecord", record, shown: { custodians: [] } });
  const acknowledged: { custodian: OrganisationId; storedAt: UnixSeconds }[] = [];
  const silent: { custodian: OrganisationId; code: string }[] = [];
  const approvals: { custodian: OrganisationId; signature: Uint8Array }[] = [];
  await Promise.all(
    committee.custodians.map(async ({ organisation, endpoint, ed25519 }) => {
      try {
        const ack = await connect(runtime, endpoint, signer).call(recordVerbRoutes.eraseRecord, {}, request);
        const account = members.get(organisation)?.signer;
        const holds =
          ack.body.record === record &&
          ack.body.label === label &&
          ack.body.custodian === organisation &&
          account !== undefined &&
          verifyErasureAck(ack, ed25519) &&
          verifyBy(digest, ack.approval, account);
        if (!holds) {
          silent.push({ custodian: organisation, code: "bad-acknowledgement" });
          return;
        }
        acknowledged.push({ custodian: organisation, storedAt: ack.body.storedAt });
        approvals.push({ custodian: organisation, signature: ack.approval });
      } catch (error) {
        silent.push({ custodian: organisation, code: codeOf(error) });
      }
    }),
  );
  // So many that the others cannot open it, and so many that the ledger takes it.
  const needed = Math.max(neededAcknowledgements(consortium), committee.threshold);
  const times = acknowledged.map((ack) => ack.storedAt).sort((a, b) => a - b);
  const inForceAt = times[needed - 1];
  if (inForceAt === undefined) throw notInForce(consortium, needed, acknowledged.length, silent);
  // In the committee's order, so that everybody who runs this asks the same node first.
  const inOrder = committee.custodians.flatMap(({ organisation }) =>
    approvals.filter(({ custodian }) => custodian === organisation),
  );
  return { inForce: { record, acknowledged, silent, inForceAt }, approvals: inOrder };
}

/** Any node does; the custodians that answered are up. */
async function submit(
  { runtime, consortium, signer }: EraseParameters,
  { inForce: { record }, approvals }: Asked,
): Promise<void> {
  const codes = new Set<string>();
  const first = approvals.map(({ custodian }) => custodian);
  for (const organisation of new Set([...first, ...consortium.members.keys()])) {
    const endpoint = consortium.members.get(organisation)?.endpoint;
    if (endpoint === undefined) continue;
    try {
      await connect(runtime, endpoint, signer).call(
        recordVerbRoutes.submitErasure,
        {},
        { record, approvals },
      );
      return;
    } catch (error) {
      codes.add(codeOf(error));
    }
  }
  throw new AnamnesisError({
    code: "nodes-unreachable",
    rule: "Some member's node brings an erasure onto the ledger.",
    fix: "Run it again; the custodians that have stored it bring it there by themselves otherwise.",
    meta: { codes: [...codes].join(", ") },
  });
}

async function gatherReceipts({
  runtime,
  consortium,
  signer,
  request,
  patience = 60,
  onProgress,
}: EraseParameters): Promise<Pick<Erasure, "receipts" | "waiting" | "incomplete">> {
  const record = recordIdOf(request.header.body.U);
  const label = bodyLabel(request.header.body);
  const keepers = await keepersOfRecord({ runtime, consortium, signer }, request);
  const found = new Map<OrganisationId, ErasureReceipt>();
  const until = runtime.now() + patience;
  for (;;) {
    const open = keepers.filter((organisation) => !found.has(organisation));
    await concurrently(open, 8, async (organisation) => {
      const receipt = await receiptOf({ runtime, consortium, signer }, organisation, record, label);
      if (receipt === null) return;
      found.set(organisation, receipt);
      onProgress?.({ done: found.size, of: keepers.length });
    });
    if (found.size === keepers.length || runtime.now() >= until) break;
    await runtime.sleep(LOOK_EVERY);
  }
  const receipts = keepers.flatMap((organisation) => found.get(organisation) ?? []);
  return {
    receipts,
    incomplete: receipts.flatMap(({ body }) => (body.kept.length === 0 ? [] : [body.node])),
    waiting: keepers.filter((organisation) => !found.has(organisation)),
  };
}

type Asking = Pick<EraseParameters, "runtime" | "consortium" | "signer">;

/**
 * The record's author, and every member that a card of its segment ever named as a home: the union over what all members have, since a
 * home that wants to be forgotten gives a shorter chain. Only the owner's signatures make somebody a home.
 */
async function keepersOfRecord(
  { runtime, consortium, signer }: Asking,
  { header }: EraseRequest,
): Promise<readonly OrganisationId[]> {
  const { organisation, segment } = header.body.core;
  const homes = new Set<OrganisationId>([organisation]);
  const chains = await concurrently([...consortium.members.values()], 8, async ({ endpoint }) => {
    try {
      const cards = await cardsAt(connect(runtime, endpoint, signer), segment);
      verifyChain(consortium.identity, cards);
      return cards[0]?.body.segment === segment ? cards : [];
    } catch (error) {
      codeOf(error);
      return [];
    }
  });
  for (const card of chains.flat()) for (const home of card.body.homes) homes.add(home);
  return [...homes].filter((home) => consortium.members.has(home));
}

/** `null` while there is none that holds. */
async function receiptOf(
  { runtime, consortium, signer }: Asking,
  organisation: OrganisationId,
  record: RecordId,
  label: BodyLabel,
): Promise<ErasureReceipt | null> {
  const member = consortium.members.get(organisation);
  if (member === undefined) return null;
  try {
    const { receipts } = await connect(runtime, member.endpoint, signer).call(
      recordVerbRoutes.erasureReceipts,
      {},
      { records: [record] },
    );
    const receipt = receipts.find(
      ({ body }) => body.record === record && body.label === label && body.node === organisation,
    );
    if (receipt === undefined) return null;
    for (const { keyCard } of [member, ...member.earlierKeys]) {
      const { ed25519 } = await fetchKeyCard(runtime, [member.endpoint], keyCard);
      if (verifyErasureReceipt(receipt, ed25519)) return receipt;
    }
    return null;
  } catch (error) {
    codeOf(error);
    return null;
  }
}

function notInForce(
  { committee }: Pick<Consortium, "committee">,
  needed: number,
  acknowledged: number,
  silent: readonly { readonly custodian: OrganisationId; readonly code: string }[],
): AnamnesisError<"erasure-not-in-force"> {
  const missing = new Set(silent.map(({ custodian }) => custodian));
  const names = committee.custodians
    .filter(({ organisation }) => missing.has(organisation))
    .map(({ name }) => name);
  return new AnamnesisError({
    code: "erasure-not-in-force",
    rule: "An erasure is in force when so many custodians have stored it that the others cannot open anything.",
    fix: "Run it again when the named custodians are up; those that have stored it keep it, and refuse.",
    meta: {
      needed,
      acknowledged,
      missing: names.join(", "),
      codes: [...new Set(silent.map(({ code }) => code))].join(", "),
    },
  });
}
