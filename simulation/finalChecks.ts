import { CODEC_DAG_CBOR, cidFromDigest } from "@anamnesis/core/encoding/cid";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { manifest } from "@anamnesis/core/record/manifest";
import type { LedgerEvent } from "@anamnesis/core/ports/ledger";
import type { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { keptConsentId, segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import type { AccessLog } from "@anamnesis/sdk/receipts";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import type { Clients } from "./clients.ts";
import { type Name, THRESHOLD } from "./nodeContext.ts";
import type { Oracle } from "./oracle.ts";
import type { SimulatedNode } from "./simulatedNode.ts";
import type { Template } from "./template.ts";

/** True when no node has anything left to read, send, anchor or fetch. */
export async function isQuiet(
  nodes: ReadonlyMap<Name, SimulatedNode>,
  ledger: MemoryLedger,
): Promise<boolean> {
  const head = await ledger.connect().head();
  for (const { db, disk } of nodes.values()) {
    const [row] = await db.query<{ open: number; signed: number; read: string | null }>(
      `select ((select count(*) from outbox where state = 'pending')
             + (select count(*) from replication_queue)
             + (select count(*) from records where own and sequence is null)
             + (select count(*) from sticky_erasures where not settled)
             + (select count(*) from ledger_batches where not manifest_held))::int as open,
              coalesce((select max(size) from checkpoints), 0)::int as signed,
              (select hash from ledger_blocks order by number desc limit 1) as read`,
    );
    if (row === undefined || row.open > 0 || row.signed < disk.entries.length || row.read !== head.hash)
      return false;
  }
  return true;
}

/** What must be true of a consortium at rest. */
export async function finalChecks(
  template: Template,
  nodes: ReadonlyMap<Name, SimulatedNode>,
  ledger: MemoryLedger,
  oracle: Oracle,
  clients: Clients,
  log: AccessLog | null,
): Promise<void> {
  const page = await ledger.connect().events(null, 100_000);
  const events = page.status === "ok" ? page.events : [];
  checkAnchored(template, nodes, events, oracle, clients);
  checkConsents(events, oracle, clients);
  await checkErasures(nodes, events, oracle);
  await checkNodes(nodes, events, oracle);
  if (log === null) return;
  for (const { code, detail } of log.findings) {
    // Custodians that answered while others did not: shares left, and nothing opened.
    if (code !== "missing-entries")
      oracle.violation(`at rest the access log has a finding: ${code} ${detail}`);
  }
  const read = log.accesses.filter((access) => access.custodians.length >= THRESHOLD).length;
  if (clients.opened.size > 0 && read === 0)
    oracle.violation("records were opened and no access log shows it");
}

/** Every acknowledged record stands on the ledger once and opens. */
function checkAnchored(
  template: Template,
  nodes: ReadonlyMap<Name, SimulatedNode>,
  events: readonly LedgerEvent[],
  oracle: Oracle,
  clients: Clients,
): void {
  const times = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "batch-anchored") continue;
    const cid = cidFromDigest(fromHex(event.manifest), CODEC_DAG_CBOR);
    const bytes = [...nodes.values()]
      .map(({ disk }) => disk.blobs.get(cid))
      .find((found) => found !== undefined);
    if (bytes === undefined) {
      oracle.violation("a batch stands on the ledger whose manifest nobody has");
      continue;
    }
    for (const { record } of manifest.decode(bytes).leaves) times.set(record, (times.get(record) ?? 0) + 1);
  }
  for (const [record, count] of times)
    if (count > 1) oracle.violation(`record ${record.slice(2, 10)} is anchored twice`);
  const acknowledged = new Set([...oracle.acknowledgedRecords(), ...template.sealed.keys()]);
  for (const record of acknowledged) {
    if (!times.has(record)) oracle.violation("an acknowledged record is not anchored");
    if (!clients.opened.has(record) && !oracle.erasing.has(record))
      oracle.violation("an acknowledged record does not open for its owner");
  }
}

/** What one custodian took stands on the ledger, whoever brought it there, and nothing but headers is left of it anywhere. */
async function checkErasures(
  nodes: ReadonlyMap<Name, SimulatedNode>,
  events: readonly LedgerEvent[],
  oracle: Oracle,
): Promise<void> {
  const erased = new Set(events.flatMap((event) => (event.type === "record-erased" ? [event.record] : [])));
  for (const record of oracle.erasing) {
    if (!erased.has(record)) oracle.violation("an erasure that a custodian took is not on the ledger");
  }
  for (const { name, db, disk } of nodes.values()) {
    for (const [cid, record] of oracle.recordOf) {
      if (oracle.erasing.has(record) && disk.blobs.has(cid))
        oracle.violation(`${name} has something of an erased record`);
    }
    const [row] = await db.query<{ open: number }>(
      `select count(*)::int as open from records r join sticky_erasures s on s.record = r.record
       where not exists (select 1 from erasure_receipts e where e.position = r.position)`,
    );
    if (row?.open !== 0) oracle.violation(`${name} has not signed that an erased record is gone`);
  }
}

function checkConsents(events: readonly LedgerEvent[], oracle: Oracle, clients: Clients): void {
  const ofType = (type: "consent-registered" | "consent-revoked"): ReadonlySet<string> =>
    new Set(events.flatMap((event) => (event.type === type ? [event.consent] : [])));
  const registered = ofType("consent-registered");
  const revoked = ofType("consent-revoked");
  for (const consent of oracle.registered) {
    if (!registered.has(consent)) oracle.violation("a registration that was taken is not on the ledger");
  }
  for (const consent of oracle.revoked) {
    // One that was never registered cannot be revoked on the ledger, and opens nothing.
    if (registered.has(consent) && !revoked.has(consent))
      oracle.violation("a stored revocation is not on the ledger");
  }
  for (const kept of segmentOf(clients.keys, "general").consents) {
    const consent = keptConsentId(TEST_IDENTITY, kept);
    if (kept.status === "granted" && !registered.has(consent))
      oracle.violation("a granted consent is not on the ledger");
    if (kept.status === "granted" && revoked.has(consent))
      oracle.violation("a live consent is revoked on the ledger");
  }
}

async function checkNodes(
  nodes: ReadonlyMap<Name, SimulatedNode>,
  events: readonly LedgerEvent[],
  oracle: Oracle,
): Promise<void> {
  for (const { name, db, disk } of nodes.values()) {
    const refused = await db.query<{ type: string; refusal: string }>(
      "select type, refusal from outbox where state = 'refused'",
    );
    for (const { type, refusal } of refused) oracle.violation(`${name}: ${type} was refused with ${refusal}`);
    const heads = await db.query<{ size: number; root: string }>("select size, root from checkpoints");
    for (const { size, root } of heads) {
      if (size > disk.entries.length || disk.log.headAt(size).root !== root) {
        oracle.violation(`${name} signed a head that its log does not contain`);
      }
    }
    const anchored = new Set(
      events.flatMap((event) => (event.type === "log-head-anchored" ? [event.root] : [])),
    );
    const head = disk.log.head();
    if (head.size > 0 && !anchored.has(head.root))
      oracle.violation(`${name}'s newest head is not on the ledger`);
  }
}
