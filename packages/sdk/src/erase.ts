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
import { type Consortium, type Custodian, fetchKeyCard } from "./consortium.ts";
import { type Gathered, gatherAnswers, type Gathering } from "./gatherAnswers.ts";
import { codeOf } from "./ourError.ts";
import { Patience } from "./patience.ts";
import { badAcknowledgement, neededAcknowledgements } from "./revocation/sendRevocation.ts";
import { connect, type Runtime } from "./runtime.ts";
import { within } from "./within.ts";

export interface EraseParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** Signs the HTTP requests: the segment's request key, or an administrator's. */
  readonly signer: HttpSigner;
  /** From `ownerErasure` or `authorErasure`. */
  readonly request: EraseRequest;
  /** Seconds to wait until every node that keeps the record has signed that it is gone; 60 by default. */
  readonly patience?: number;
  /**
   * Called, and waited for, as soon as enough custodians refuse it for ever and before the ledger is told. With the answers until then; custodians that have not answered are in neither
   * list.
   */
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
/** Seconds that a first look at the nodes may take, however little patience there is. */
const FIRST_LOOK = 5;

/**
 * Erases a record for ever. Safe to run again with the same request after any error or kill, and what was begun is completed by the custodians that have it:
 *
 * 1. The same bytes go to all custodians, each of which stores them for ever and refuses from then on. From n-t+1 acknowledgements on nobody can open the record:
 *    it is in force. As soon as these are as many as the threshold too nobody waits for the others, whose answers come while the next steps are taken, and for at most five seconds after them (`Patience`).
 * 2. As many of their signatures as the threshold go onto the ledger, through any node.
 * 3. Every node that keeps the record deletes its wrap and content when it has read so, and signs that they are gone. One that hangs holds up no other.
 *
 * Throws `erasure-not-in-force` (naming who is missing: what is stored stays stored), `nodes-unreachable`.
 */
export async function eraseRecord(parameters: EraseParameters): Promise<Erasure> {
  const patience = new Patience();
  const asking = askAll(parameters);
  await asking.decided;
  const asked = inForceOrThrow(parameters, asking.soFar());
  await parameters.onInForce?.(asked.inForce);
  await submit(parameters, asked);
  const gathered = await gatherReceipts(parameters, patience);
  const { inForce } = inForceOrThrow(parameters, await asking.all(patience));
  return { ...inForce, ...gathered };
}

interface Approval {
  readonly custodian: OrganisationId;
  readonly signature: Uint8Array;
}

interface Asked {
  readonly inForce: ErasureInForce;
  readonly approvals: readonly Approval[];
}

type Acknowledged = Approval & { readonly storedAt: UnixSeconds };

function askAll(parameters: EraseParameters): Gathering<Custodian, Acknowledged> {
  const { runtime, consortium, signer, request } = parameters;
  const { committee, identity, members } = consortium;
  const record = recordIdOf(request.header.body.U);
  const label = bodyLabel(request.header.body);
  const digest = intentDigest(identity, { type: "EraseRecord", record, shown: { custodians: [] } });
  const needed = neededOf(consortium);
  return gatherAnswers({
    runtime,
    items: committee.custodians,
    organisationOf: ({ organisation }) => organisation,
    ask: async (custodian, giveUp) => {
      const { organisation, endpoint, ed25519 } = custodian;
      const client = connect(runtime, endpoint, signer, giveUp);
      const ack = await client.call(recordVerbRoutes.eraseRecord, {}, request);
      const account = members.get(organisation)?.signer;
      const holds =
        ack.body.record === record &&
        ack.body.label === label &&
        ack.body.custodian === organisation &&
        account !== undefined &&
        verifyErasureAck(ack, ed25519) &&
        verifyBy(digest, ack.approval, account);
      if (!holds) throw badAcknowledgement(custodian);
      return { custodian: organisation, storedAt: ack.body.storedAt, signature: ack.approval };
    },
    isEnough: ({ length }) => length >= needed,
  });
}

/** So many that the others cannot open it, and so many that the ledger takes it. */
function neededOf(consortium: Pick<Consortium, "committee">): number {
  return Math.max(neededAcknowledgements(consortium), consortium.committee.threshold);
}

/** Throws `erasure-not-in-force`. */
function inForceOrThrow(
  { consortium, request }: Pick<EraseParameters, "consortium" | "request">,
  gathered: Gathered<Custodian, Acknowledged>,
): Asked {
  const needed = neededOf(consortium);
  const { answers } = gathered;
  const silent = gathered.silent.map(({ item, code }) => ({ custodian: item.organisation, code }));
  const inForceAt = answers.map(({ storedAt }) => storedAt).sort((a, b) => a - b)[needed - 1];
  if (inForceAt === undefined) throw notInForce(consortium, needed, answers.length, silent);
  const record = recordIdOf(request.header.body.U);
  const acknowledged = answers.map(({ custodian, storedAt }) => ({ custodian, storedAt }));
  // In the committee's order, so that everybody who runs this asks the same node first.
  const approvals = consortium.committee.custodians.flatMap(({ organisation }) =>
    answers.flatMap(({ custodian, signature }) =>
      custodian === organisation ? [{ custodian, signature }] : [],
    ),
  );
  return { inForce: { record, acknowledged, silent, inForceAt }, approvals };
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

async function gatherReceipts(
  { runtime, consortium, signer, request, patience: seconds = 60, onProgress }: EraseParameters,
  patience: Patience,
): Promise<Pick<Erasure, "receipts" | "waiting" | "incomplete">> {
  const record = recordIdOf(request.header.body.U);
  const label = bodyLabel(request.header.body);
  const keepers = await keepersOfRecord({ runtime, consortium, signer }, request, patience);
  const found = new Map<OrganisationId, ErasureReceipt>();
  const over = new AbortController();
  const until = runtime.now() + seconds;
  const lookAt = async (organisation: OrganisationId): Promise<void> => {
    while (!over.signal.aborted) {
      const receipt = await receiptOf(
        { runtime, consortium, signer },
        organisation,
        record,
        label,
        over.signal,
      );
      if (over.signal.aborted) return;
      if (receipt !== null) {
        found.set(organisation, receipt);
        onProgress?.({ done: found.size, of: keepers.length });
        return;
      }
      if (runtime.now() >= until) return;
      await runtime.sleep(LOOK_EVERY, over.signal);
    }
  };
  // Each by itself: who hangs holds up no other, nor this for longer than was said.
  await within(runtime, Promise.all(keepers.map(lookAt)), Math.max(seconds, FIRST_LOOK) * 1000);
  over.abort();
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
  patience: Patience,
): Promise<readonly OrganisationId[]> {
  const { organisation, segment } = header.body.core;
  const homes = new Set<OrganisationId>([organisation]);
  const asking = gatherAnswers({
    runtime,
    items: [...consortium.members.values()],
    organisationOf: (member) => member.organisation,
    ask: async ({ endpoint }, giveUp) => {
      const cards = await cardsAt(connect(runtime, endpoint, signer, giveUp), segment);
      verifyChain(consortium.identity, cards);
      return cards[0]?.body.segment === segment ? cards : [];
    },
    // Without any chain nobody would be asked for a receipt, and nobody named who gave none.
    isEnough: (chains) => chains.some((cards) => cards.length > 0),
  });
  await asking.decided;
  const { answers } = await asking.all(patience);
  for (const card of answers.flat()) for (const home of card.body.homes) homes.add(home);
  return [...homes].filter((home) => consortium.members.has(home));
}

/** `null` while there is none that holds. */
async function receiptOf(
  { runtime, consortium, signer }: Asking,
  organisation: OrganisationId,
  record: RecordId,
  label: BodyLabel,
  giveUp: AbortSignal,
): Promise<ErasureReceipt | null> {
  const member = consortium.members.get(organisation);
  if (member === undefined) return null;
  try {
    const { receipts } = await connect(runtime, member.endpoint, signer, giveUp).call(
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
