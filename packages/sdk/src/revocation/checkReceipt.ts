import { consent, consentCommitment, consentIdOf } from "@anamnesis/core/consent/consent";
import { consentSentence } from "@anamnesis/core/consent/consentSentence";
import { revocationAck, verifyRevocationAck } from "@anamnesis/core/consent/revocation";
import type { ConsentId, Digest, UnixSeconds } from "@anamnesis/core/ids";
import { logKeyOf } from "../audit/publishedHead.ts";
import type { Consortium } from "../consortium.ts";
import { codeOf } from "../ourError.ts";
import { verifyReceipt } from "../verifyReceipt.ts";
import type { RevocationReceipt } from "./revocationReceipt.ts";
import { neededAcknowledgements } from "./sendRevocation.ts";

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
 * What of a receipt anybody can check who knows the consortium: that the consents are those of the ids, that custodians signed that they stored the revocation, and that they logged what was read: who of which
 * organisation, why, when (to five minutes) and which records. Names, and what was destroyed, are the word of whoever made the receipt and of the nodes, and are not checked. Pure.
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
  const proven = new Set(
    value.read.filter((reading) => isLogged(reading, logged)).map(({ request }) => request),
  );
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
    read: { proven: proven.size, unproven: value.read.length - proven.size },
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
  readonly facts: string;
  /** The earliest by a custodian's clock. */
  readonly time: UnixSeconds;
  readonly released: Set<string>;
}

/** Seconds between the clocks of custodians: one that refused the request may have been the first to log it. */
const CLOCKS_APART = 300;

/** Whether a reading is what the logs have under its request: who of which organisation, why, when, by which consent, which records. */
function isLogged(reading: RevocationReceipt["read"][number], logged: ReadonlyMap<Digest, Logged>): boolean {
  const { request, actor, organisation, purpose, consent: id, when, records } = reading;
  const entry = logged.get(request);
  return (
    entry?.facts === factsOf({ actor, organisation }, purpose, id) &&
    Math.abs(entry.time - when) <= CLOCKS_APART &&
    records.length > 0 &&
    records.every((record) => entry.released.has(record))
  );
}

function factsOf(
  requester: { readonly actor: string; readonly organisation: string } | null,
  purpose: string,
  id: ConsentId | null,
): string {
  return JSON.stringify([requester?.actor, requester?.organisation, purpose, id]);
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
      const facts = factsOf(entry.requester, entry.purpose, entry.consent);
      const known = found.get(entry.request) ?? { facts, time: entry.time, released: new Set<string>() };
      if (facts !== known.facts) {
        faults.push({ about: entry.request, code: "logs-disagree" });
        continue;
      }
      for (const { record, outcome } of entry.records) if (outcome === "released") known.released.add(record);
      found.set(entry.request, { ...known, time: entry.time < known.time ? entry.time : known.time });
    } catch (error) {
      faults.push({ about: "proof", code: codeOf(error) });
    }
  }
  return found;
}
