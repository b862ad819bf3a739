import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { consentCommitment } from "@anamnesis/core/consent/consent";
import { type Revocation, type RevocationAck, verifyRevocationAck } from "@anamnesis/core/consent/revocation";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import type { ConsentId, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import type { Consortium, Custodian } from "../consortium.ts";
import { keptConsentId, type KeptConsent, type PatientKeys } from "../keys/patientKeys.ts";
import { revokerOf } from "../keys/revokerOf.ts";
import { codeOf } from "../ourError.ts";
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
  /**
   * What all have said. @param patience milliseconds from now, after which who has not answered is named as `node-unreachable`; by default each has
   * the time that a call has.
   */
  readonly answers: (patience?: number) => Promise<Sent>;
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
  const acknowledged: Sent["acknowledged"][number][] = [];
  const silent: Sent["silent"][number][] = [];
  const needed = neededAcknowledgements(consortium);
  const decision = Promise.withResolvers<void>();
  decision.promise.catch(() => undefined);
  const giveUp = new AbortController();
  const tell = async (custodian: Custodian): Promise<void> => {
    const { organisation, endpoint } = custodian;
    try {
      const client = patientClient(runtime, keys, body.segment, endpoint);
      const ack = await client.call(custodyRoutes.revoke, {}, value, { signal: giveUp.signal });
      if (!holds(ack, custodian, consent)) {
        silent.push({ custodian: organisation, code: "bad-acknowledgement" });
        return;
      }
      acknowledged.push({ custodian: organisation, storedAt: ack.body.storedAt, ack });
      if (acknowledged.length >= needed) decision.resolve();
    } catch (error) {
      silent.push({ custodian: organisation, code: codeOf(error) });
    }
  };
  const all = Promise.all(committee.custodians.map(tell));
  all.then(() => decision.resolve(), decision.reject);
  const isOpen = (): boolean => acknowledged.length + silent.length < committee.custodians.length;
  const soFar = (): Sent => {
    const times = acknowledged.map((ack) => ack.storedAt).sort((a, b) => a - b);
    const inForceAt = times[needed - 1] ?? null;
    return { consent, acknowledged: [...acknowledged], silent: [...silent], inForceAt };
  };
  return {
    decided: decision.promise,
    soFar,
    answers: async (patience) => {
      if (patience === undefined) await all;
      else if (isOpen()) await Promise.race([all, runtime.sleep(patience)]);
      const sent = soFar();
      giveUp.abort();
      const heard = new Set([...sent.acknowledged, ...sent.silent].map(({ custodian }) => custodian));
      const late = committee.custodians
        .filter(({ organisation }) => !heard.has(organisation))
        .map(({ organisation }) => ({ custodian: organisation, code: "node-unreachable" }));
      return { ...sent, silent: [...sent.silent, ...late] };
    },
  };
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
