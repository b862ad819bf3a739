import { answerRound1 } from "@anamnesis/core/crypto/dkg/answerRound1";
import {
  type CommitteeCertificate,
  committeeCertificate,
  committeeKeyId,
  verifyCertificate,
} from "@anamnesis/core/crypto/dkg/certificate";
import { finishDkg } from "@anamnesis/core/crypto/dkg/finishDkg";
import { dkgSetup, type DkgSetup } from "@anamnesis/core/crypto/dkg/setup";
import { type DkgState, discardDkg, startDkg } from "@anamnesis/core/crypto/dkg/startDkg";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { NodeContext } from "../context.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import { keepCertificate } from "./keepCertificate.ts";
import { adoptCommitteeIntent } from "./adoptCommitteeIntent.ts";
import { memberKeyCard } from "../directory/memberKeyCard.ts";

/** Runs that can be under way at once; more is not a consortium at work. */
const MOST_RUNS = 4;

/**
 * This custodian's side of a distributed key generation. What a run needs between its rounds lives in memory alone: a
 * process that stops leaves nothing behind, and the run is begun anew.
 */
export class DkgRuns {
  readonly #context: NodeContext;
  readonly #runs = new Map<string, DkgState>();

  constructor(context: NodeContext) {
    this.#context = context;
  }

  /** Begins a run. Throws `not-authorised`, `dkg-refused`, `bad-threshold`, `bad-participants`. */
  async start(setup: DkgSetup, caller: Hex): Promise<Uint8Array> {
    await this.#admit(caller);
    const self = await this.#selfIn(setup);
    if (this.#runs.size >= MOST_RUNS) this.#forgetOldest();
    const { state, message } = await startDkg({
      setup,
      self,
      sign: (digest) => this.#context.keys.signMessage(digest),
      random: (length) => this.#context.random.bytes(length),
    });
    this.#runs.set(dkgSetup.digest(setup), state);
    this.#context.log.info("dkg-started", {
      participants: setup.participants.length,
      threshold: setup.threshold,
    });
    return message;
  }

  /** Throws `dkg-culprit`, `dkg-unknown-run`. */
  async answer(setup: DkgSetup, round1: readonly Uint8Array[], caller: Hex): Promise<Uint8Array> {
    await this.#admit(caller);
    return (await answerRound1({ state: this.#run(setup), messages: round1 })).message;
  }

  /** The share is on the disk, pending, before the signature on the certificate leaves. */
  async finish(
    setup: DkgSetup,
    round1: readonly Uint8Array[],
    round2: readonly Uint8Array[],
    caller: Hex,
  ): Promise<{ readonly status: "part" | "complaint"; readonly message: Uint8Array }> {
    await this.#admit(caller);
    const state = this.#run(setup);
    this.#runs.delete(dkgSetup.digest(setup));
    const outcome = await finishDkg({ state, round1, round2 }).catch((error: unknown) => {
      discardDkg(state);
      throw error;
    });
    if (outcome.status === "complaint") return { status: "complaint", message: outcome.complaint };
    const { certificate, share } = outcome;
    await this.#context.durable("share.pending", () =>
      this.#context.share.storePending(setup.run, {
        committee: committeeKeyId(certificate),
        shareEpoch: certificate.shareEpoch,
        index: state.self,
        committeeKey: certificate.publicKey,
        verificationShare: certificate.verificationShares[state.self - 1] as Uint8Array,
        secret: share,
      }),
    );
    share.fill(0);
    return { status: "part", message: outcome.part };
  }

  /** Takes the whole certificate, makes the share active and returns this member's signature for the ledger. */
  async commit(certificate: CommitteeCertificate, caller: Hex): Promise<Uint8Array> {
    await this.#admit(caller);
    const body = verifyCertificate(certificate);
    await this.#selfIn(body);
    const bytes = committeeCertificate.encode(certificate);
    await this.#context.durable("share.active", () => this.#context.share.activate(body.run, bytes));
    await keepCertificate(this.#context, committeeCertificate.digest(certificate), bytes);
    this.#context.log.info("dkg-committed", { committee: committeeKeyId(body) });
    return this.#context.keys.signDigest(
      intentDigest(this.#context.ledger.identity, adoptCommitteeIntent(certificate)),
    );
  }

  async abort(setup: DkgSetup, caller: Hex): Promise<void> {
    await this.#admit(caller);
    const state = this.#runs.get(dkgSetup.digest(setup));
    if (state !== undefined) discardDkg(state);
    this.#runs.delete(dkgSetup.digest(setup));
    await this.#context.durable("share.discard", () => this.#context.share.discardPending(setup.run));
  }

  #run(setup: DkgSetup): DkgState {
    const state = this.#runs.get(dkgSetup.digest(setup));
    if (state !== undefined) return state;
    throw new AnamnesisError({
      code: "dkg-unknown-run",
      rule: "A run goes on only in the process that began it.",
      fix: "Begin a new run.",
    });
  }

  #forgetOldest(): void {
    const oldest = this.#runs.entries().next();
    if (oldest.done === true) return;
    discardDkg(oldest.value[1]);
    this.#runs.delete(oldest.value[0]);
  }

  /** Only members' nodes take part, and only while the ledger holds no committee: a later change is a resharing. */
  async #admit(caller: Hex): Promise<void> {
    for (const member of await this.#context.copy.members()) {
      if (!member.custodian || member.status !== "active") continue;
      const card = await memberKeyCard(this.#context, member);
      if (card !== null && toHex(card.ed25519) === caller) {
        if ((await this.#context.copy.committee()) === null) return;
        throw new AnamnesisError({
          code: "dkg-refused",
          rule: "A consortium that has a committee keeps its key.",
          fix: "Change custodians by resharing, which keeps the key, once this version offers it.",
        });
      }
    }
    throw notAuthorised("the consortium's custodians");
  }

  /** This node's index among participants that are all custodians on the ledger, each with its own key. */
  async #selfIn({ participants }: Pick<DkgSetup, "participants">): Promise<number> {
    for (const participant of participants) {
      const member = await this.#context.copy.member(participant.organisation);
      const takesPart = member?.custodian === true && member.status === "active";
      const card = takesPart ? await memberKeyCard(this.#context, member) : null;
      if (card === null || !equalBytes(card.ed25519, participant.ed25519)) {
        throw new AnamnesisError({
          code: "dkg-refused",
          rule: "Every participant of a run is a custodian on the ledger, with the key of its key card.",
          fix: "Build the list of participants from the ledger.",
        });
      }
    }
    const self = participants.findIndex(
      (participant) => participant.organisation === this.#context.organisation,
    );
    if (self >= 0) return self + 1;
    throw notAuthorised("the run's participants");
  }
}
