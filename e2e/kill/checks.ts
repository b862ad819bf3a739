import { until } from "@anamnesis/cli/demo/until";
import { ORGANISATIONS } from "@anamnesis/cli/demo/cast";
import type { World } from "@anamnesis/cli/demo/start/startWorld";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { collect } from "@anamnesis/api/http/collect";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { cidFromDigest, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import type { ConsentId, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { manifest } from "@anamnesis/core/record/manifest";
import type { LedgerEvent } from "@anamnesis/core/ports/ledger";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { expect } from "vitest";
import type { Patient } from "./patient.ts";
import { persist } from "./persist.ts";

/** Milliseconds for what comes about by itself: anchoring, replication, catching up. */
const PATIENCE = 150_000;

/** Nothing that was acknowledged is missing, nothing counts twice, every revocation holds. */
export async function expectWhole(world: World, patients: readonly Patient[]): Promise<void> {
  await Promise.all(patients.map((patient) => expectAllOpen(patient)));
  await expectAnchoredOnce(world, patients);
  for (const patient of patients) {
    const opened = await persist("a refusal", () => patient.openAfterRevocation());
    expect(opened).toBe(0);
  }
  await expectRevokedOnLedger(world, patients);
  await expectErased(world, patients);
}

/** What was erased stands on the ledger once, opens for nobody, its owner neither, and nothing of it is at a node that kept it. */
async function expectErased(world: World, patients: readonly Patient[]): Promise<void> {
  const wanted = patients.flatMap((patient) =>
    [...patient.erasing].map(([key, listed]) => ({ patient, key, listed })),
  );
  if (wanted.length === 0) return;
  for (const { patient, key } of wanted) {
    if (!patient.erased.has(key)) await persist("an erasure", () => patient.erase(key));
  }
  const events = await eventsOf(world);
  const erased = events.flatMap((event) => (event.type === "record-erased" ? [event.record] : []));
  expect(new Set(erased).size).toBe(erased.length);
  for (const { listed } of wanted) {
    expect(erased).toContain(listed.record);
    const { body } = listed.header;
    for (const key of ["north", "south"] as const) {
      const client = connect(systemRuntime, world.nodes[key].url, httpSigner(world.people.doctor.ed25519));
      const { blobs } = await persist("a look for erased blobs", () =>
        client.call(exchangeRoutes.getBlobs, {}, { cids: [body.wrap, body.content] }),
      );
      expect(blobs).toEqual([null, null]);
    }
  }
}

/** Every accepted record comes to open with the bytes that were imported. */
async function expectAllOpen(patient: Patient): Promise<void> {
  const state = (): string => patient.missing.join(", ");
  await until({ what: "all records open", deadline: PATIENCE, state }, async () => {
    await persist("opening", () => patient.open());
    return patient.missing.length === 0 ? true : null;
  });
}

/** Every leaf that the hospital which writes has anchored, read from the ledger and the manifests that the ledger names. */
async function anchoredLeaves(world: World): Promise<readonly RecordId[]> {
  const leaves: RecordId[] = [];
  for (const event of await eventsOf(world)) {
    if (event.type !== "batch-anchored" || event.organisation !== world.nodes.north.organisation) continue;
    const bytes = await manifestOf(world, event);
    const read = manifest.decode(bytes).leaves.map((leaf) => leaf.record);
    expect(read).toHaveLength(event.count);
    leaves.push(...read);
  }
  return leaves;
}

async function manifestOf(
  { nodes, people }: World,
  event: Extract<LedgerEvent, { type: "batch-anchored" }>,
): Promise<Uint8Array> {
  const cid = cidFromDigest(fromHex(event.manifest), CODEC_DAG_CBOR);
  return persist("a manifest", async () => {
    const client = connect(systemRuntime, nodes.north.url, httpSigner(people.doctor.ed25519));
    return collect(await client.call(exchangeRoutes.getBlob, { cid }, undefined), manifest.maxBytes);
  });
}

/** No leaf stands twice, at no moment; every accepted record comes to stand, as what a reorganisation took is sent again. */
async function expectAnchoredOnce(world: World, patients: readonly Patient[]): Promise<void> {
  const accepted = patients.flatMap((patient) => [...patient.accepted.values()]);
  expect(new Set(accepted).size).toBe(accepted.length);
  let missing: readonly RecordId[] = accepted;
  const state = (): string => missing.join(", ");
  await until({ what: "accepted records anchored", deadline: PATIENCE, state }, async () => {
    const leaves = await anchoredLeaves(world);
    const anchored = new Set(leaves);
    expect(anchored.size).toBe(leaves.length);
    missing = accepted.filter((record) => !anchored.has(record));
    return missing.length === 0 ? true : null;
  });
}

/** What custodians stored comes to stand on the ledger too. */
async function expectRevokedOnLedger(world: World, patients: readonly Patient[]): Promise<void> {
  const wanted = new Set<ConsentId>(patients.flatMap((patient) => [...patient.revoked.keys()]));
  let missing = wanted.size;
  await until(
    { what: "revocations on the ledger", deadline: PATIENCE, state: () => `${missing}` },
    async () => {
      const events = await eventsOf(world);
      const revoked = events.flatMap((event) => (event.type === "consent-revoked" ? [event.consent] : []));
      missing = [...wanted].filter((consent) => !revoked.includes(consent)).length;
      return missing === 0 ? true : null;
    },
  );
}

/** Everything on the ledger, in its order. */
export async function eventsOf({ ledger }: Pick<World, "ledger">): Promise<readonly LedgerEvent[]> {
  const found: LedgerEvent[] = [];
  const head = await ledger.head();
  let after: Parameters<typeof ledger.events>[0] = null;
  for (;;) {
    const page = await ledger.events(after, 10_000);
    // A reorganisation under way: from the beginning.
    if (page.status === "reorganised") return eventsOf({ ledger });
    found.push(...page.events);
    after = page.upTo;
    if (page.upTo.number >= head.number) return found;
  }
}

/**
 * The complete access log of each patient, against the heads on the ledger: every receipt that a custodian gave stands in its log,
 * and nothing contradicts. A request that was broken off by a kill may stand in one log alone; it is none that anybody has an answer to.
 */
export async function expectWholeLogs(patients: readonly Patient[]): Promise<void> {
  for (const patient of patients) {
    const log = await until({ what: "log heads anchored", deadline: PATIENCE, pause: 500 }, async () => {
      const read = await persist("the access log", () => patient.accessLog());
      const whole = read.logs.length === ORGANISATIONS.length;
      return whole && read.logs.every(({ anchored, size, entries }) => entries === 0 || anchored === size)
        ? read
        : null;
    });
    const told = new Map(log.accesses.map((access) => [access.request, access]));
    const hidden = patient.receipts.filter(
      ({ request, custodian }) => !standsIn(told.get(request), custodian),
    );
    expect(hidden).toEqual([]);
    const answered = new Set(patient.receipts.map(({ request }) => request));
    const contradictions = log.findings.filter(
      ({ code, request }) => code !== "missing-entries" || request === null || answered.has(request),
    );
    expect(contradictions).toEqual([]);
  }
}

function standsIn(
  access: { readonly custodians: readonly { readonly organisation: OrganisationId }[] } | undefined,
  custodian: OrganisationId,
): boolean {
  return access?.custodians.some(({ organisation }) => organisation === custodian) ?? false;
}
