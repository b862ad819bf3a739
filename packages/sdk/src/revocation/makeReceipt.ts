import { consent } from "@anamnesis/core/consent/consent";
import { receipt } from "@anamnesis/core/audit/receiptEntry";
import { parseTlogProof } from "@anamnesis/core/audit/tlogProof";
import { revocationAck } from "@anamnesis/core/consent/revocation";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId, OrganisationId } from "@anamnesis/core/ids";
import type { Consortium } from "../consortium.ts";
import { exportReceipts } from "../exportReceipts.ts";
import type { PatientKeys } from "../keys/patientKeys.ts";
import { type GivenConsent, givenConsents } from "../looks/givenConsents.ts";
import { isProven } from "../looks/isProven.ts";
import { accessLog, type LogAccess } from "../receipts.ts";
import { receivedPurges } from "../receivedPurges.ts";
import type { Runtime } from "../runtime.ts";
import type { RevocationReceipt } from "./revocationReceipt.ts";
import { sendRevocation } from "./sendRevocation.ts";

export interface MakeReceiptParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  /** Stopped ones. */
  readonly consents: readonly ConsentId[];
  /** Of somebody who read; `""` by default. */
  readonly personOf?: (who: NonNullable<LogAccess["who"]>) => Promise<string>;
}

/**
 * The receipt of a share that was stopped, today or years ago. Nothing of it has to be kept: each custodian is sent the same revocation again, which changes nothing there, and answers with the same word and
 * time; logs and nodes are asked anew. Who does not answer is named, with the code.
 *
 * Throws `unknown-consent`, and `not-revoked` for a consent that still stands: asking must never stop one.
 */
export async function makeReceipt(parameters: MakeReceiptParameters): Promise<RevocationReceipt> {
  const { runtime, consortium, keys, personOf } = parameters;
  const given = givenConsents(keys, consortium.identity);
  const stopped = parameters.consents.map((id) => ({ id, ...stoppedOf(given.get(id), id) }));
  const ids = new Set<ConsentId | null>(parameters.consents);
  const kinds = [...new Set(stopped.map(({ kind }) => kind))];
  const about = { runtime, consortium, keys, kinds };
  const [sent, purged, log, exported] = await Promise.all([
    Promise.all(stopped.map(async (kept) => sendRevocation({ runtime, consortium, keys }, kept).answers())),
    receivedPurges(about),
    accessLog(about),
    exportReceipts(about),
  ]);
  const named = (organisation: OrganisationId): { organisation: OrganisationId; name: string } => ({
    organisation,
    name: consortium.members.get(organisation)?.name ?? "",
  });
  const read = log.accesses.filter(
    ({ who, consent: shown, records }) =>
      who !== null && ids.has(shown) && records.some(({ outcome }) => outcome === "released"),
  );
  return {
    kind: "anamnesis-revocation-receipt",
    version: "1",
    madeAt: runtime.now(),
    consents: stopped.map((kept) => ({
      consent: kept.id,
      kind: kept.kind,
      signed: consent.encode(kept.consent),
    })),
    acknowledged: sent.flatMap(({ acknowledged }) =>
      acknowledged.map(({ custodian, storedAt, ack }) => ({
        ...named(custodian),
        consent: ack.body.consent,
        storedAt,
        ack: revocationAck.encode(ack),
      })),
    ),
    unacknowledged: sent.flatMap(({ consent: id, silent }) =>
      silent.map(({ custodian, code }) => ({ ...named(custodian), consent: id, code })),
    ),
    destroyed: purged.purges
      .filter((purge) => ids.has(purge.consent))
      .map(({ node, record, consent: id, reason, purgedAt }) => {
        return { ...named(node), record, consent: id, reason, destroyedAt: purgedAt };
      }),
    unheard: [...new Map(purged.silent.map((one) => [one.node, one])).values()].map(({ node, code }) => {
      return { ...named(node), code };
    }),
    read: await Promise.all(
      read.map(async (access) => {
        const who = access.who as NonNullable<LogAccess["who"]>;
        return {
          ...named(who.organisation),
          request: access.request,
          actor: who.actor,
          person: (await personOf?.(who)) ?? "",
          when: access.when,
          purpose: access.purpose,
          consent: access.consent as ConsentId,
          records: access.records.flatMap(({ record, outcome }) => (outcome === "released" ? [record] : [])),
          proven: isProven(log, access),
        };
      }),
    ),
    proofs: exported.receipts.flatMap(({ text }) => (isAbout(text, ids) ? [text] : [])),
    findings: [...new Set(log.findings.map(({ code }) => code))],
  };
}

function isAbout(proof: string, ids: ReadonlySet<ConsentId | null>): boolean {
  const { extra } = parseTlogProof(proof);
  if (extra === null) return false;
  const { entry } = receipt.decode(extra);
  return ids.has(entry.consent) && entry.records.some(({ outcome }) => outcome === "released");
}

function stoppedOf(given: GivenConsent | undefined, id: ConsentId): GivenConsent {
  if (given === undefined) {
    throw new AnamnesisError({
      code: "unknown-consent",
      rule: "A receipt is made of a consent that is in the patient's own keys.",
      fix: "Use the newest copy of the key file.",
      meta: { consent: id },
    });
  }
  if (given.status === "revoked") return given;
  throw new AnamnesisError({
    code: "not-revoked",
    rule: "A receipt says what became of a consent that was stopped.",
    fix: "Stop it first, see `consent revoke`.",
    meta: { consent: id },
  });
}
