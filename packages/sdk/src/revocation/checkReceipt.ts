import { consent, consentCommitment, consentIdOf } from "@anamnesis/core/consent/consent";
import { consentSentence } from "@anamnesis/core/consent/consentSentence";
import { revocationAck, verifyRevocationAck } from "@anamnesis/core/consent/revocation";
import type { ConsentId, Digest, UnixSeconds } from "@anamnesis/core/ids";
import { logKeyOf } from "../audit/publishedHead.ts";
import type { Consortium } from "../consortium.ts";
import { codeOf } from "../ourError.ts";
import { neededAcknowledgements } from "../revoke.ts";
import { verifyReceipt } from "../verifyReceipt.ts";
import type { RevocationReceipt } from "./revocationReceipt.ts";

export interface CheckedReceipt {
  readonly consents: readonly {
    readonly consent: ConsentId;
    /** What had been signed. */
    readonly sentence: string;
    /** Custodians whose word verified. */
    readonly acknowledged: number;
    /** When so many had stored it that the others were too few to open anything; `null`: the receipt does not prove it. */
    readonly inForceAt: UnixSeconds | null;
  }[];
  /** Readings of the receipt that a custodian's signed log proves, and those that none in it does. */
  readonly read: { readonly proven: number; readonly unproven: number };
  /** What does not hold, by what it is about and with the code. Empty: all signatures verify. */
  readonly faults: readonly { readonly about: string; readonly code: string }[];
}

/**
 * What of a receipt anybody can check who knows the consortium: that the consents are those of the ids, that custodians signed that they stored the revocation, and that they logged what was read. What was
 * destroyed is the nodes' word and is not checked. Pure.
 */
export function checkReceipt(value: RevocationReceipt, consortium: Consortium): CheckedReceipt {
  const { identity, committee } = consortium;
  const faults: { about: string; code: string }[] = [];
  const stored = new Map<ConsentId, Map<string, UnixSeconds>>();
  const sentences = new Map<ConsentId, string>();
  for (const { consent: id, signed } of value.consents) {
    stored.set(id, new Map());
    try {
      const { body } = consent.decode(signed);
      if (consentIdOf(identity, body.revoker, consentCommitment(identity, body)) !== id)
        faults.push({ about: id, code: "consent-mismatch" });
      sentences.set(id, consentSentence(body));
    } catch (error) {
      faults.push({ about: id, code: codeOf(error) });
    }
  }
  for (const { organisation, consent: id, storedAt, ack } of value.acknowledged) {
    const custodian = committee.custodians.find((one) => one.organisation === organisation);
    const code = custodian === undefined ? "unknown-custodian" : faultOf(ack, custodian, id, storedAt);
    if (code === null) stored.get(id)?.set(organisation, storedAt);
    else faults.push({ about: organisation, code });
  }
  const logged = loggedIn(value, consortium, faults);
  const proven = value.read.filter(({ request, consent: id, records }) => {
    const entry = logged.get(request);
    return entry?.consent === id && records.every((record) => entry.released.has(record));
  }).length;
  return {
    consents: value.consents.map(({ consent: id }) => {
      const times = [...(stored.get(id)?.values() ?? [])].toSorted((a, b) => a - b);
      return {
        consent: id,
        sentence: sentences.get(id) ?? "",
        acknowledged: times.length,
        inForceAt: times[neededAcknowledgements(consortium) - 1] ?? null,
      };
    }),
    read: { proven, unproven: value.read.length - proven },
    faults,
  };
}

function faultOf(
  bytes: Uint8Array,
  { organisation, ed25519, earlierEd25519 }: Consortium["committee"]["custodians"][number],
  id: ConsentId,
  storedAt: UnixSeconds,
): string | null {
  try {
    const ack = revocationAck.decode(bytes);
    const { body } = ack;
    if (body.custodian !== organisation || body.consent !== id || body.storedAt !== storedAt)
      return "acknowledgement-mismatch";
    const signed = [ed25519, ...earlierEd25519].some((key) => verifyRevocationAck(ack, key));
    return signed ? null : "bad-acknowledgement";
  } catch (error) {
    return codeOf(error);
  }
}

interface Logged {
  readonly consent: ConsentId | null;
  readonly released: Set<string>;
}

/** What the proofs prove, by request. */
function loggedIn(
  { proofs }: RevocationReceipt,
  { committee }: Consortium,
  faults: { about: string; code: string }[],
): ReadonlyMap<Digest, Logged> {
  const logs = committee.custodians.map((custodian) => logKeyOf(custodian));
  const found = new Map<Digest, Logged>();
  for (const text of proofs) {
    try {
      const { entry } = verifyReceipt({ text, logs, witnesses: [], minimum: 0 });
      const known = found.get(entry.request) ?? { consent: entry.consent, released: new Set<string>() };
      for (const { record, outcome } of entry.records) if (outcome === "released") known.released.add(record);
      found.set(entry.request, known);
    } catch (error) {
      faults.push({ about: "proof", code: codeOf(error) });
    }
  }
  return found;
}
