import { parseTlogProof, formatTlogProof } from "@anamnesis/core/audit/tlogProof";
import { receipt, type ReceiptEntry } from "@anamnesis/core/audit/receiptEntry";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { type ReceiptEvent, receiptEventOf } from "@anamnesis/fhir/receiptEvent";
import { logKeyOf } from "./audit/publishedHead.ts";
import type { Consortium } from "./consortium.ts";
import { type FhirConnection, type FhirResource, fhirRequest } from "./fhirRequest.ts";
import { receiptKeys } from "./keys/epochKeys.ts";
import type { PatientKeys } from "./keys/patientKeys.ts";
import { openOwnReceipt } from "./openOwnReceipt.ts";
import { codeOf } from "./ourError.ts";
import type { Runtime } from "./runtime.ts";
import { verifyReceipt } from "./verifyReceipt.ts";

export interface FhirAccessLogParameters {
  readonly runtime: Pick<Runtime, "fetch">;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  /** The node, with a token for `patient/AuditEvent.rs`. */
  readonly server: {
    readonly endpoint: string;
    readonly organisation: OrganisationId;
    readonly token: string;
  };
}

/** An access that this custodian logged; verified. */
export interface FhirAccess {
  readonly kind: SegmentKind;
  readonly index: number;
  readonly entry: ReceiptEntry;
  /** A `.tlog-proof` file that proves it offline, see `verifyReceipt`. */
  readonly proof: string;
}

export interface FhirFinding {
  /** Id of the AuditEvent; `null`: about the list. */
  readonly id: string | null;
  /** Of what does not hold: `hpke-open`, `receipt-mismatch`, `bad-proof`, `bad-checkpoint-signature`, `unknown-segment`, `unknown-custodian`, `repeated`, `incomplete`, … */
  readonly code: string;
}

export interface FhirAccessLog {
  readonly accesses: readonly FhirAccess[];
  /** The organisation's own AuditEvents: its word, which nothing proves. */
  readonly events: readonly FhirResource[];
  readonly findings: readonly FhirFinding[];
}

/** Most pages of one list: who gives ever more of them is not followed for ever. */
const MOST_PAGES = 10_000;

/**
 * Lists who looked, at one node over FHIR, and opens and verifies each receipt: entry, place in the log, the log's signature. What does not hold is a finding and stands in no list of accesses. Whether a
 * custodian's log is complete, and the same for everybody, is `accessLog`'s to say.
 *
 * Throws `fhir-refused`, `node-unreachable`.
 */
export async function fhirAccessLog({
  runtime,
  consortium,
  keys,
  server,
}: FhirAccessLogParameters): Promise<FhirAccessLog> {
  const { resources, total } = await allEvents({ runtime, node: server.endpoint, token: server.token });
  const accesses: FhirAccess[] = [];
  const events: FhirResource[] = [];
  const findings: FhirFinding[] = [];
  const seen = new Set<string>();
  for (const resource of resources) {
    const id = String(resource["id"]);
    if (seen.has(id)) findings.push({ id, code: "repeated" });
    seen.add(id);
    const event = receiptEventOf(resource);
    if (event === null) {
      // A receipt that lost its proof is not taken for somebody's word.
      if (id.startsWith("receipt-")) findings.push({ id, code: "bad-proof" });
      else events.push(resource);
      continue;
    }
    const checked = await check(consortium, keys, server.organisation, id, event);
    if (typeof checked === "string") findings.push({ id, code: checked });
    else accesses.push(checked);
  }
  if (total !== resources.length) findings.push({ id: null, code: "incomplete" });
  return { accesses, events, findings };
}

async function allEvents(
  connection: FhirConnection,
): Promise<{ readonly resources: readonly FhirResource[]; readonly total: unknown }> {
  const resources: FhirResource[] = [];
  let total: unknown = 0;
  let query: string | null = "?_count=100";
  for (let page = 0; query !== null && page < MOST_PAGES; page++) {
    const bundle: FhirResource = await fhirRequest(connection, "GET", `AuditEvent${query}`);
    total = bundle["total"];
    const entries: readonly unknown[] = Array.isArray(bundle["entry"]) ? bundle["entry"] : [];
    for (const entry of entries as readonly { readonly resource?: FhirResource }[])
      if (entry.resource !== undefined) resources.push(entry.resource);
    query = nextOf(bundle);
  }
  return { resources, total };
}

/** The query alone: the token goes where it went before. */
function nextOf(bundle: FhirResource): string | null {
  const links: readonly unknown[] = Array.isArray(bundle["link"]) ? bundle["link"] : [];
  for (const link of links as readonly { readonly relation?: unknown; readonly url?: unknown }[]) {
    if (link.relation === "next" && typeof link.url === "string" && URL.canParse(link.url))
      return new URL(link.url).search;
  }
  return null;
}

/** The access, or the code of what does not hold. */
async function check(
  consortium: Consortium,
  keys: PatientKeys,
  organisation: OrganisationId,
  id: string,
  { segment, commitment, sealed, proof }: ReceiptEvent,
): Promise<FhirAccess | string> {
  const kept = keys.segments.find((one) => one.id === segment);
  if (kept === undefined) return "unknown-segment";
  const custodian = consortium.committee.custodians.find((one) => one.organisation === organisation);
  if (custodian === undefined) return "unknown-custodian";
  try {
    const opened = await openOwnReceipt(segment, commitment, sealed, await receiptKeys(keys, kept));
    const { index, path, checkpoint } = parseTlogProof(proof);
    const text = formatTlogProof({ extra: receipt.encode(opened), index, path, checkpoint });
    // What the file alone proves; witnesses are `accessLog`'s.
    const { entry } = verifyReceipt({ text, logs: [logKeyOf(custodian)], witnesses: [], minimum: 0 });
    return id === `receipt-${index}` ? { kind: kept.opening.kind, index, entry, proof: text } : "bad-proof";
  } catch (error) {
    return codeOf(error);
  }
}
