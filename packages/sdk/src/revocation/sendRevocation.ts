import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { consentCommitment } from "@anamnesis/core/consent/consent";
import { type Revocation, type RevocationAck, verifyRevocationAck } from "@anamnesis/core/consent/revocation";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import type { Consortium, Custodian } from "../consortium.ts";
import { gatherAnswers } from "../gatherAnswers.ts";
import { keptConsentId, type KeptConsent, type PatientKeys } from "../keys/patientKeys.ts";
import { revokerOf } from "../keys/revokerOf.ts";
import type { Patience } from "../patience.ts";
import { patientClient } from "../patientClient.ts";
import type { Runtime } from "../runtime.ts";

/** What custodians said of one revocation. */
export interface Sent {
  readonly consent: ConsentId;
  /** Custodians whose signed word that it is stored for ever was verified. */
  readonly acknowledged: readonly {
    readonly custodian: OrganisationId;
    readonly storedAt: UnixSeconds;
    /** As it was signed. */
    readonly ack: RevocationAck;
  }[];
  readonly silent: readonly { readonly custodian: OrganisationId; readonly code: string }[];
  /** When, by the custodians' clocks, so many had stored it that the others are too few to open anything; `null`: too few have. */
  readonly inForceAt: UnixSeconds | null;
}

/** A revocation on its way to all custodians. */
export interface Sending {
  /** Resolves as soon as it is in force, or when it is not and all have answered. */
  readonly decided: Promise<void>;
  /** What was said until now. */
  readonly soFar: () => Sent;
  /** What all have said; who is given up, by `patience`, is named as `node-unreachable`. By default each has the time that a call has. */
  readonly answers: (patience?: Patience) => Promise<Sent>;
}

export interface SendParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
}

/** The revoker's word to all custodians; sent again it changes nothing, and brings the same answers. */
export function sendRevocation({ runtime, consortium, keys }: SendParameters, kept: KeptConsent): Sending {
  const { identity, committee } = consortium;
  const { body } = kept.consent;
  const consent = keptConsentId(identity, kept);
  const digest = intentDigest(identity, { type: "RevokeConsent", consent });
  const value: Revocation = {
    commitment: consentCommitment(identity, body),
    revoker: body.revoker,
    signature: sign(digest, revokerOf(keys, body)),
  };
  const needed = neededAcknowledgements(consortium);
  const { decided, soFar, all } = gatherAnswers({
    runtime,
    items: committee.custodians,
    organisationOf: ({ organisation }) => organisation,
    ask: async (custodian, giveUp) => {
      const client = patientClient(runtime, keys, body.segment, custodian.endpoint, giveUp);
      const ack = await client.call(custodyRoutes.revoke, {}, value);
      if (!holds(ack, custodian, consent)) throw badAcknowledgement(custodian);
      return { custodian: custodian.organisation, storedAt: ack.body.storedAt, ack };
    },
    isEnough: ({ length }) => length >= needed,
  });
  const sentOf = ({ answers, silent }: Awaited<ReturnType<typeof all>>): Sent => ({
    consent,
    acknowledged: answers,
    silent: silent.map(({ item, code }) => ({ custodian: item.organisation, code })),
    inForceAt: answers.map((ack) => ack.storedAt).sort((a, b) => a - b)[needed - 1] ?? null,
  });
  return { decided, soFar: () => sentOf(soFar()), answers: async (patience) => sentOf(await all(patience)) };
}

/** n - t + 1: the others alone are fewer than the threshold. */
export function neededAcknowledgements({ committee }: Pick<Consortium, "committee">): number {
  return committee.custodians.length - committee.threshold + 1;
}

function holds(ack: RevocationAck, custodian: Custodian, consent: ConsentId): boolean {
  return (
    ack.body.consent === consent &&
    ack.body.custodian === custodian.organisation &&
    verifyRevocationAck(ack, custodian.ed25519)
  );
}

/** A custodian's answer to a revocation or an erasure is signed by it and about what was asked. */
export function badAcknowledgement({ name }: Pick<Custodian, "name">): AnamnesisError<"bad-acknowledgement"> {
  return new AnamnesisError({
    code: "bad-acknowledgement",
    rule: "A custodian signs that it has stored what it was asked to refuse.",
    fix: "Tell the custodian's operator; this answer does not count.",
    meta: { custodian: name },
  });
}
