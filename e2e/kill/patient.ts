import { type DeclineWish, recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import type { World } from "@anamnesis/cli/demo/start/startWorld";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid, ConsentId, Digest, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { granteeAccess, ownerAccess, type SegmentAccess } from "@anamnesis/sdk/access";
import { leaveDecline, makeDecline } from "@anamnesis/sdk/decline";
import { endorseRecord } from "@anamnesis/sdk/endorse";
import { enrol } from "@anamnesis/sdk/enrol";
import { eraseRecord } from "@anamnesis/sdk/erase";
import { ownerErasure } from "@anamnesis/sdk/eraseRequests";
import { completeGrants, granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { type ImportJournal, memoryJournal } from "@anamnesis/sdk/journal";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { type ListedRecord, listRecords, type Listing } from "@anamnesis/sdk/listRecords";
import { keepAtNode } from "@anamnesis/sdk/keepAtNode";
import { openRecords, type OpenResult } from "@anamnesis/sdk/open";
import { type ReadToEndorse, readToEndorse } from "@anamnesis/sdk/readToEndorse";
import { renewPermits } from "@anamnesis/sdk/owner/renewPermits";
import { rotateOwner } from "@anamnesis/sdk/owner/rotateOwner";
import { type Admission, permitOrganisation } from "@anamnesis/sdk/permit";
import { accessLog, type AccessLog } from "@anamnesis/sdk/receipts";
import { revokeConsent } from "@anamnesis/sdk/revoke";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { ResourceInMemory } from "@anamnesis/cli/bundles/toSeal";
import { type ResourceToSeal, sealResources } from "@anamnesis/sdk/seal";

const DAY = 24 * 3600;

/** A receipt that a custodian gave, by request. */
export interface GivenReceipt {
  readonly request: Digest;
  readonly custodian: OrganisationId;
}

/**
 * One patient's device, and what the consortium has acknowledged to it: that must never be missing again. Every verb may be called
 * again after it failed; its files (keys, journal) are then as they were.
 */
export class Patient {
  readonly #world: World;
  readonly #journal: ImportJournal = memoryJournal();
  #keys: PatientKeys | null = null;
  #recoveryKit: string | undefined;
  #admission: Admission | null = null;
  /** The segments have their next owner, whose permits some node has not taken yet. */
  #rotated = false;
  /** All that was ever given to `import`, by source key. */
  readonly #resources = new Map<string, ResourceInMemory>();
  /** Source keys of records that a node said it has. */
  readonly accepted = new Map<string, RecordId>();
  /** Consents whose grant was delivered, and those whose revocation was in force, with what their grantee had listed. */
  readonly granted = new Set<ConsentId>();
  readonly revoked = new Map<ConsentId, { readonly access: SegmentAccess; readonly listing: Listing }>();
  readonly receipts: GivenReceipt[] = [];
  /** Records whose erasure was in force, and those of which every keeper has signed that they are gone, by source key. */
  readonly erasing = new Map<string, ListedRecord>();
  readonly erased = new Set<string>();
  /** Source keys of accepted records that `open` did not give back byte for byte. */
  readonly missing: string[] = [];
  /** What the doctor signed when declining, by record. */
  readonly #declined = new Map<RecordId, { readonly read: ReadToEndorse; readonly wish: DeclineWish }>();
  /** What the doctor had listed under a consent before it was revoked. */
  readonly #listings = new Map<ConsentId, Listing>();

  constructor(world: World) {
    this.#world = world;
  }

  get keys(): PatientKeys {
    return this.#keys as PatientKeys;
  }

  readonly #save = async (keys: PatientKeys): Promise<void> => void (this.#keys = keys);

  /** Homes are the two hospitals, the hospital in the north may write. */
  async enrol(): Promise<void> {
    const { consortium, nodes } = this.#world;
    const { recoveryKit } = await enrol({
      runtime: systemRuntime,
      consortium,
      homes: [nodes.north.organisation, nodes.south.organisation],
      save: this.#save,
      ...(this.#recoveryKit === undefined ? {} : { recoveryKit: this.#recoveryKit }),
    });
    this.#recoveryKit = recoveryKit;
  }

  /** `count` new resources of a hospital's, sealed at its node; again after a failure, and the same resources are taken up. */
  async import(
    name: string,
    count: number,
    bytes = 200,
    about: Pick<ResourceToSeal, "endorsers" | "amends"> = {},
  ): Promise<void> {
    const { consortium, nodes, people } = this.#world;
    this.#admission ??= await permitOrganisation({
      keys: this.keys,
      identity: consortium.identity,
      organisation: nodes.north.organisation,
      notAfter: (systemRuntime.now() + DAY) as UnixSeconds,
      random: systemRuntime.random,
    });
    const wanted: ResourceInMemory[] = [];
    for (let i = 0; i < count; i++) {
      const key = `${name}-${i}`;
      const resource = this.#resources.get(key) ?? { ...observation(key, bytes), ...about };
      this.#resources.set(key, resource);
      wanted.push(resource);
    }
    const result = await sealResources({
      runtime: systemRuntime,
      identity: consortium.identity,
      node: connect(systemRuntime, nodes.north.url, httpSigner(people.importer.ed25519)),
      device: people.importer,
      organisation: nodes.north.organisation,
      admission: this.#admission,
      committee: consortium.committee,
      resources: wanted,
      journal: this.#journal,
    });
    for (const { source, record } of [...result.sealed, ...result.known]) {
      if (source !== null) this.accepted.set(source.key, record);
    }
  }

  /** Grants the doctor; after a failure it completes the grant that was prepared. */
  async grant(): Promise<void> {
    const { consortium, people } = this.#world;
    const common = { runtime: systemRuntime, consortium, keys: this.keys, save: this.#save, wait: 20 };
    const waiting = this.keys.segments.some((segment) =>
      segment.consents.some((kept) => kept.status === "prepared"),
    );
    if (waiting) await completeGrants(common);
    else {
      await grantConsent({
        ...common,
        kinds: ["general"],
        grantee: granteeOf(people.doctor.card),
        resourceTypes: ["*"],
        purposes: ["TREAT"],
        notAfter: (systemRuntime.now() + DAY) as UnixSeconds,
      });
    }
    for (const { access, consent } of await this.#grants()) {
      if (!this.revoked.has(consent) && access.segment === ownerAccess(this.keys, "general").segment)
        this.granted.add(consent);
    }
  }

  /** Revokes everything that the doctor was granted; a revocation that failed goes on. */
  async revoke(): Promise<void> {
    const { consortium } = this.#world;
    const grants = (await this.#grants()).filter(({ consent }) => this.granted.has(consent));
    const before = new Map<ConsentId, { access: SegmentAccess; listing: Listing }>();
    for (const { consent, access } of grants) {
      const known = this.#listings.get(consent);
      const listing =
        known ?? (await listRecords({ runtime: systemRuntime, consortium, access, purpose: "TREAT" }));
      this.#listings.set(consent, listing);
      before.set(consent, { access, listing });
    }
    await revokeConsent({
      runtime: systemRuntime,
      consortium,
      keys: this.keys,
      save: this.#save,
      consents: [...before.keys()],
      // Said to the patient now; a kill afterwards takes nothing of it back.
      onInForce: (inForce) => {
        for (const { consent } of inForce) {
          const had = before.get(consent);
          if (had !== undefined) this.revoked.set(consent, had);
        }
      },
    });
    for (const consent of before.keys()) this.granted.delete(consent);
  }

  /** Gives all segments their next owner; a rotation that failed goes on. */
  async rotate(): Promise<void> {
    const common = { runtime: systemRuntime, consortium: this.#world.consortium };
    if (!this.#rotated) {
      const recoveryKit = this.#recoveryKit as string;
      await rotateOwner({ ...common, keys: this.keys, save: this.#save, recoveryKit, wait: 20 });
      this.#rotated = true;
    }
    const { permitsMissing } = await renewPermits({ ...common, keys: this.keys });
    if (permitsMissing.length > 0) throw permitsNotTaken();
    this.#rotated = false;
  }

  /** Opens everything that is acknowledged, as the patient, and compares (`missing`); the receipts are kept. */
  async open(ask: "threshold" | "all" = "threshold"): Promise<void> {
    const { consortium } = this.#world;
    const result = await openRecords({
      runtime: systemRuntime,
      consortium,
      access: ownerAccess(this.keys, "general"),
      purpose: "PATRQT",
      ask,
    });
    this.#keepReceipts(result);
    this.#compare(result);
  }

  /** What a doctor whose consent was revoked gets, with headers and key from before: nothing, of any custodian. */
  async openAfterRevocation(): Promise<number> {
    let opened = 0;
    for (const { access, listing } of this.revoked.values()) {
      if (listing.records.every((record) => record.anchor === null)) continue;
      const result = await openRecords({
        runtime: systemRuntime,
        consortium: this.#world.consortium,
        access,
        listing,
        purpose: "TREAT",
        askAnyway: true,
        ask: "all",
      });
      this.#keepReceipts(result);
      opened += result.opened.length;
    }
    return opened;
  }

  /** An accepted record as its homes list it. Throws as `listRecords`. */
  async listed(key: string): Promise<ListedRecord | undefined> {
    const record = this.accepted.get(key);
    const { records } = await listRecords({
      runtime: systemRuntime,
      consortium: this.#world.consortium,
      access: ownerAccess(this.keys, "general"),
      purpose: "PATRQT",
    });
    return records.find((listed) => listed.record === record);
  }

  /** Where an accepted record's content lies at a home, as its header names it. Throws as `listRecords`. */
  async contentOf(key: string): Promise<Cid> {
    return (await this.listed(key))?.header.body.content as Cid;
  }

  /** Erases an accepted record; again after a failure, and it is ended. Throws `erasure-waiting` while a keeper has not signed. */
  async erase(key: string): Promise<void> {
    const { consortium } = this.#world;
    const listed = this.erasing.get(key) ?? (await this.listed(key));
    if (listed === undefined) throw waiting("the record is listed");
    const { waiting: open } = await eraseRecord({
      runtime: systemRuntime,
      consortium,
      signer: ownerAccess(this.keys, "general").signer,
      request: await ownerErasure(this.keys, consortium.identity, listed.header),
      patience: 5,
      onInForce: () => void this.erasing.set(key, listed),
    });
    if (open.length > 0) throw waiting("every keeper has signed");
    this.erased.add(key);
  }

  /** The doctor endorses an accepted record after opening it. Throws as `endorseRecord`, and `not-opened` without a grant. */
  async endorse(key: string): Promise<void> {
    const { consortium, nodes, people } = this.#world;
    const node = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
    const last = (await this.#grants()).find(({ consent }) => this.granted.has(consent));
    const record = this.accepted.get(key);
    if (last === undefined || record === undefined) throw waiting("a grant");
    const { access } = last;
    const common = { runtime: systemRuntime, consortium, access, purpose: "TREAT" } as const;
    await endorseRecord({ ...common, node, record, approve: () => true });
  }

  /** The doctor declines an accepted record after opening it; again after a failure, and the same word is sent. Throws `erasure-waiting` until the own node shows it. */
  async decline(key: string): Promise<void> {
    const { consortium, nodes, people } = this.#world;
    const keys = people.doctor;
    const node = connect(systemRuntime, nodes.south.url, httpSigner(keys.ed25519));
    const last = (await this.#grants()).find(({ consent }) => this.granted.has(consent));
    const record = this.accepted.get(key);
    if (last === undefined || record === undefined) throw waiting("a grant");
    const common = { runtime: systemRuntime, consortium, keys };
    if (!this.#declined.has(record)) {
      const { read } = await readToEndorse({
        ...common,
        access: last.access,
        purpose: "TREAT",
        records: new Set([record]),
      });
      const [one] = read;
      if (one === undefined) throw waiting("the record opens");
      this.#declined.set(record, {
        read: one,
        wish: await makeDecline({ ...common, read: one, reason: "Another unit?" }),
      });
    }
    const said = this.#declined.get(record);
    if (said === undefined) throw waiting("the word is made");
    await leaveDecline({ ...common, node, ...said });
    const { declines } = await node.call(recordVerbRoutes.listDeclines, {}, { records: [record] });
    if (declines.length !== 1) throw waiting("the decline is kept");
  }

  /** The doctor gives everything that a grant opens to the southern node. Throws `erasure-waiting` until it keeps an accepted record of this name. */
  async keep(key: string): Promise<void> {
    const { consortium, nodes, people } = this.#world;
    const node = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
    const last = (await this.#grants()).find(({ consent }) => this.granted.has(consent));
    const record = this.accepted.get(key);
    if (last === undefined || record === undefined) throw waiting("a grant");
    const { access } = last;
    const common = { runtime: systemRuntime, consortium, access, purpose: "TREAT" } as const;
    const listing = await listRecords(common);
    const kept: RecordId[] = [];
    await openRecords({
      ...common,
      listing,
      onUnlocked: async (records) => {
        kept.push(...(await keepAtNode({ ...common, listing, node }, records)).kept);
      },
    });
    if (!kept.includes(record)) throw waiting("the record is kept");
  }

  accessLog(): Promise<AccessLog> {
    const { consortium, ledger } = this.#world;
    return accessLog({
      runtime: systemRuntime,
      consortium,
      keys: this.keys,
      kinds: ["general"],
      ledger,
    });
  }

  #compare(result: OpenResult): void {
    const opened = new Map(result.opened.map((record) => [record.source?.key ?? "", record.bytes]));
    this.missing.splice(0);
    for (const key of this.accepted.keys()) {
      if (this.erasing.has(key)) continue;
      const [original, read] = [this.#resources.get(key)?.bytes, opened.get(key)];
      if (original === undefined || read === undefined || Buffer.compare(original, read) !== 0)
        this.missing.push(key);
    }
  }

  #keepReceipts(result: OpenResult): void {
    for (const { request, custodian } of result.report.receipts) this.receipts.push({ request, custodian });
  }

  /** The doctor's grants of this patient. */
  async #grants(): Promise<readonly { readonly consent: ConsentId; readonly access: SegmentAccess }[]> {
    const { consortium, nodes, people } = this.#world;
    const node = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
    const { grants } = await listGrants({ node, keys: people.doctor, identity: consortium.identity });
    const segment = ownerAccess(this.keys, "general").segment;
    return grants
      .map(({ consent, content }) => ({ consent, access: granteeAccess(people.doctor, content) }))
      .filter(({ access }) => access.segment === segment);
  }
}

function permitsNotTaken(): AnamnesisError<"permits-not-taken"> {
  return new AnamnesisError({
    code: "permits-not-taken",
    rule: "Homes and authors take the new owner's permits.",
    fix: "Renew them again when all nodes are up.",
  });
}

function waiting(what: string): AnamnesisError<"erasure-waiting"> {
  return new AnamnesisError({ code: "erasure-waiting", rule: `Until ${what}.`, fix: "Ask again." });
}

function observation(key: string, bytes: number): ResourceInMemory {
  const text = JSON.stringify({
    resourceType: "Observation",
    id: key.replaceAll(" ", "-"),
    status: "final",
    code: { text: "kept or lost" },
    note: [{ text: "x".repeat(bytes) }],
  });
  return {
    segmentKind: "general",
    attributes: { resourceType: "Observation", from: null, to: null, labels: [] },
    mediaType: "application/fhir+json",
    bytes: utf8ToBytes(text),
    source: { key, version: "1" },
  };
}
