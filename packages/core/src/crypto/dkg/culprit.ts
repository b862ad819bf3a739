import { AnamnesisError } from "../../errors.ts";

export type DkgFault =
  /** No message came, or what came is not a message of this run and round from its sender. */
  | "malformed"
  | "signature"
  /** Signed for other participants, another threshold or run. */
  | "setup"
  /** Not as many commitments as the threshold, or one that is no point. */
  | "commitment"
  /** The proof that it knows its own secret does not verify. */
  | "proof-of-knowledge"
  /** Nothing can be sealed to its key of this run. */
  | "run-key"
  /** Two different signed messages in one round. */
  | "equivocation"
  /** Says to have received a message that its sender never signed. */
  | "echo"
  /** The share that it sealed does not open, or contradicts its commitments. */
  | "share"
  /** Accused somebody whose share is right, or gave a wrong seed. */
  | "false-complaint"
  /** Signed another certificate than the one that the messages give. */
  | "certificate";

/**
 * Names who made a run of the DKG fail. `evidence` are the culprit's own signed messages: with them anybody can judge.
 * It is empty when only the receiver can know (nothing came, or it was not signed): then the transport says who sent it.
 */
export class DkgCulprit extends AnamnesisError<"dkg-culprit"> {
  readonly index: number;
  readonly fault: DkgFault;
  readonly evidence: readonly Uint8Array[];

  constructor(index: number, fault: DkgFault, evidence: readonly Uint8Array[]) {
    super({
      code: "dkg-culprit",
      rule: "Every participant of a key generation follows the protocol.",
      fix: "Abort this run, keep the evidence, and run again without the participant that is named.",
      meta: { index, fault, provable: evidence.length > 0 },
    });
    this.index = index;
    this.fault = fault;
    this.evidence = evidence;
  }
}
