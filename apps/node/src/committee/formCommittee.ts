import type { Client } from "@anamnesis/api/client";
import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { assembleCertificate } from "@anamnesis/core/crypto/dkg/assembleCertificate";
import type { CommitteeCertificate } from "@anamnesis/core/crypto/dkg/certificate";
import { dkgPart } from "@anamnesis/core/crypto/dkg/certificatePart";
import { DkgCulprit } from "@anamnesis/core/crypto/dkg/culprit";
import { judgeComplaint } from "@anamnesis/core/crypto/dkg/judgeComplaint";
import type { DkgParticipant, DkgSetup } from "@anamnesis/core/crypto/dkg/setup";
import { verifyRound1 } from "@anamnesis/core/crypto/dkg/verifyRound1";
import { verifyRound2 } from "@anamnesis/core/crypto/dkg/verifyRound2";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { memberKeyCard } from "../directory/memberKeyCard.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { clientFor } from "../replicate/nodeClient.ts";
import { adoptCommitteeIntent } from "./adoptCommitteeIntent.ts";

interface Custodian extends DkgParticipant {
  readonly client: Client;
}

/**
 * Runs the distributed key generation with every custodian of the consortium. A run that fails names its culprit by its
 * signed messages; it is aborted everywhere and run again without that one, while at least `threshold` are left. This
 * node only carries messages: what it could forge, the participants' signatures show.
 *
 * Throws `committee-exists`, `too-few-custodians`, and what a run failed of when nobody can be named.
 */
export async function formCommittee(context: NodeContext, threshold: number): Promise<void> {
  if ((await context.copy.committee()) !== null) {
    throw new AnamnesisError({
      code: "committee-exists",
      rule: "A consortium that has a committee keeps its key.",
      fix: "Nothing is to be done: the committee stands on the ledger.",
    });
  }
  let custodians = await reachableCustodians(context);
  for (;;) {
    if (custodians.length < Math.max(threshold, 2)) throw tooFew(threshold, custodians.length);
    const setup: DkgSetup = {
      run: context.random.bytes(32),
      threshold,
      participants: custodians.map(({ organisation, ed25519 }) => ({ organisation, ed25519 })),
    };
    try {
      const certificate = await run(context, setup, custodians);
      await adopt(context, certificate, custodians);
      return;
    } catch (error) {
      await Promise.allSettled(
        custodians.map(({ client }) => client.call(custodyRoutes.dkgAbort, {}, setup)),
      );
      if (!(error instanceof DkgCulprit)) throw error;
      const culprit = custodians[error.index - 1];
      context.log.warn("dkg-culprit", { fault: error.fault, organisation: culprit?.organisation ?? "" });
      custodians = custodians.filter((custodian) => custodian !== culprit);
    }
  }
}

async function run(
  context: NodeContext,
  setup: DkgSetup,
  custodians: readonly Custodian[],
): Promise<CommitteeCertificate> {
  const all = <T>(work: (custodian: Custodian) => Promise<T>): Promise<T[]> =>
    Promise.all(custodians.map(work));
  const round1 = await all(
    async ({ client }) => (await client.call(custodyRoutes.dkgStart, {}, setup)).message,
  );
  verifyRound1(setup, round1);
  const round2 = await all(
    async ({ client }) => (await client.call(custodyRoutes.dkgAnswer, {}, { setup, round1 })).message,
  );
  verifyRound2(setup, round1, round2);
  const outcomes = await all(({ client }) =>
    client.call(custodyRoutes.dkgFinish, {}, { setup, round1, round2 }),
  );
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome.status !== "complaint") continue;
    throw await judgeComplaint({ setup, round1, round2, accuser: i + 1, complaint: outcome.message });
  }
  const self = custodians.findIndex(({ organisation }) => organisation === context.organisation);
  const own = outcomes[self];
  if (own === undefined) throw tooFew(setup.threshold, custodians.length);
  return assembleCertificate(
    dkgPart.decode(own.message).body,
    outcomes.map((outcome) => outcome.message),
  );
}

async function adopt(
  context: NodeContext,
  certificate: CommitteeCertificate,
  custodians: readonly Custodian[],
): Promise<void> {
  const signatures = await Promise.all(
    custodians.map(
      async ({ client }) => (await client.call(custodyRoutes.dkgCommit, {}, certificate)).signature,
    ),
  );
  const intent = adoptCommitteeIntent(certificate);
  await context.durable("committee.outbox", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures }, dedupeOf(intent))),
  );
  context.wake("outbox");
}

/** This node among them, in the order of the ledger. */
async function reachableCustodians(context: NodeContext): Promise<readonly Custodian[]> {
  const found: Custodian[] = [];
  for (const member of await context.copy.members()) {
    if (!member.custodian || member.status !== "active") continue;
    const card = await memberKeyCard(context, member);
    if (card === null) throw unreachableCustodian(member.organisation);
    const client = clientFor(context, member.endpoint);
    found.push({ organisation: member.organisation, ed25519: card.ed25519, client });
  }
  return found;
}

function unreachableCustodian(organisation: OrganisationId): AnamnesisError<"too-few-custodians"> {
  return new AnamnesisError({
    code: "too-few-custodians",
    rule: "Every custodian takes part in making the committee's key.",
    fix: "Start the node that is named and try again.",
    meta: { organisation },
  });
}

function tooFew(threshold: number, custodians: number): AnamnesisError<"too-few-custodians"> {
  return new AnamnesisError({
    code: "too-few-custodians",
    rule: "A committee needs at least as many honest custodians as its threshold.",
    fix: "Bring in another custodian, or choose a lower threshold (2 or more).",
    meta: { threshold, custodians },
  });
}
