import { isAnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId, RecordId } from "@anamnesis/core/ids";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import type { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { genesisMember } from "@anamnesis/node/indexer/testing/testNode";
import { granteeAccess, ownerAccess, type SegmentAccess } from "@anamnesis/sdk/access";
import { eraseRecord } from "@anamnesis/sdk/erase";
import { ownerErasure } from "@anamnesis/sdk/eraseRequests";
import { completeGrants, granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { keptConsentId, type PatientKeys, segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { type AccessLog, accessLog } from "@anamnesis/sdk/receipts";
import { completeRevocations, type RevokedConsent, revokeConsent } from "@anamnesis/sdk/revoke";
import { connect, httpSigner, type Runtime } from "@anamnesis/sdk/runtime";
import { sealResources } from "@anamnesis/sdk/seal";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { running } from "./nativeWork.ts";
import { NAMES } from "./nodeContext.ts";
import type { Oracle } from "./oracle.ts";
import { Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedNetwork } from "./simulatedNetwork.ts";
import { SimulatedJournal } from "./simulatedJournal.ts";
import type { StepKind } from "./stepKinds.ts";
import { FAR, resourceNamed, type SimulatedResource, type Template } from "./template.ts";

const ENDPOINTS = NAMES.map((name) => genesisMember(name).endpoint) as [string, string, string];
const KIND = "general";

/** The patient's device, the hospital's importer and two doctors: the SDK's verbs, over the simulated network. */
export class Clients {
  readonly #template: Template;
  readonly #scheduler: Scheduler;
  readonly #network: SimulatedNetwork;
  readonly #ledger: MemoryLedger;
  readonly #oracle: Oracle;
  readonly #busy = new Map<string, Process>();
  readonly #journal: SimulatedJournal;
  #resources: SimulatedResource[] = [];
  #keys: PatientKeys;
  #imported = 0;
  readonly opened = new Set<RecordId>();

  constructor(
    template: Template,
    scheduler: Scheduler,
    network: SimulatedNetwork,
    ledger: MemoryLedger,
    oracle: Oracle,
  ) {
    this.#template = template;
    this.#scheduler = scheduler;
    this.#network = network;
    this.#ledger = ledger;
    this.#oracle = oracle;
    this.#keys = template.keys;
    this.#journal = new SimulatedJournal(template.journal);
  }

  get busy(): readonly string[] {
    return [...this.#busy.keys()];
  }

  get keys(): PatientKeys {
    return this.#keys;
  }

  /** Begins what an idle person does next; false when everybody is busy. */
  begin(): boolean {
    const { rng } = this.#scheduler;
    const idle = ["patient", "importer", "ada", "bela"].filter((name) => !this.#busy.has(name));
    if (idle.length === 0) return false;
    const who = rng.pick(idle);
    if (who === "importer") this.#start(who, "import", (runtime) => this.#import(runtime, rng.between(1, 2)));
    else if (who === "patient") this.#patient();
    else {
      const doctor = this.#template.doctors[who === "ada" ? 0 : 1] as ActorKeys;
      const endpoint = ENDPOINTS[who === "ada" ? 1 : 2];
      this.#start(who, "open as grantee", (runtime) => this.#openAsGrantee(runtime, doctor, endpoint));
    }
    return true;
  }

  #patient(): void {
    const { rng } = this.#scheduler;
    const live = this.#consents("granted");
    const verb = rng.weighted([
      { weight: 3, item: "grant" as const },
      { weight: live.length > 0 ? 5 : 0, item: "revoke" as const },
      { weight: 1.5, item: "open as owner" as const },
      { weight: 2, item: "erase" as const },
      { weight: 1, item: "read access log" as const },
    ]);
    if (verb === "grant") {
      const doctor = rng.pick(this.#template.doctors);
      this.#start("patient", verb, (runtime, process) => this.#grant(runtime, process, doctor));
    } else if (verb === "revoke") {
      const consent = rng.pick(live);
      this.#start("patient", verb, (runtime, process) => this.#revoke(runtime, process, consent));
    } else if (verb === "erase") {
      this.#start("patient", verb, (runtime) => this.#erase(runtime));
    } else if (verb === "open as owner") {
      const access = ownerAccess(this.#keys, KIND);
      this.#start("patient", verb, async (runtime) => void (await this.#open(runtime, access, "OWNER")));
    } else {
      this.#start("patient", verb, async (runtime) => void (await this.readLog(runtime)));
    }
  }

  /** The process ends; what it saved is what the next one begins with. */
  kill(who: string): void {
    const process = this.#busy.get(who);
    if (process === undefined) return;
    this.#scheduler.end(process);
    this.#busy.delete(who);
  }

  /** What a person does when everything works again: ends what was begun. */
  finish(): void {
    this.#start("patient", "client", async (runtime, process) => {
      await this.#settlePatient(runtime, process);
    });
    this.#start("importer", "import", (runtime) => this.#import(runtime, 0));
  }

  /** Opens everything as the owner; how many records the custodians did not open. */
  openAll(): Promise<number> {
    return new Promise((done) => {
      let refused = 0;
      this.#start(
        "patient",
        "open as owner",
        async (runtime) => void (refused = await this.#open(runtime, ownerAccess(this.#keys, KIND), "OWNER")),
        () => done(refused),
      );
    });
  }

  readAll(): Promise<AccessLog | null> {
    return new Promise((done) => {
      let log: AccessLog | null = null;
      this.#start(
        "patient",
        "read access log",
        async (runtime) => void (log = await this.readLog(runtime)),
        () => done(log),
      );
    });
  }

  #start(
    who: string,
    kind: StepKind,
    work: (runtime: Runtime, process: Process) => Promise<void>,
    over: () => void = () => undefined,
  ): void {
    const process = new Process(who, false);
    this.#busy.set(who, process);
    this.#scheduler.note(kind, who);
    const runtime: Runtime = {
      fetch: this.#network.fetchOf(process),
      now: () => this.#scheduler.now(),
      random: (length) => {
        const bytes = this.#scheduler.rng.bytes(length);
        this.#oracle.drawn(bytes);
        return bytes;
      },
      sleep: (milliseconds, signal) => this.#scheduler.timers(process).sleep(milliseconds, signal),
    };
    const done = (): void => {
      this.#busy.delete(who);
      over();
    };
    void running.run(process, async () => {
      try {
        await work(runtime, process);
      } catch (error) {
        if (!isAnamnesisError(error))
          this.#oracle.violation(`a defect at ${who} (${kind}): ${String(error)}`);
        this.#scheduler.note(
          "action failed",
          `${who} ${kind} ${isAnamnesisError(error) ? error.code : "defect"}`,
        );
      }
      done();
    });
  }

  #save(process: Process): (keys: PatientKeys) => Promise<void> {
    return async (keys) => {
      await this.#scheduler.gate(process, "client", "saves keys");
      this.#keys = keys;
    };
  }

  #consents(status: "granted"): readonly ConsentId[] {
    return segmentOf(this.#keys, KIND)
      .consents.filter((kept) => kept.status === status)
      .map((kept) => keptConsentId(TEST_IDENTITY, kept));
  }

  readonly #inForce = (revoked: readonly RevokedConsent[]): void => {
    for (const { consent } of revoked) {
      this.#oracle.inForce.add(consent);
      this.#scheduler.note("revocation in force", consent.slice(2, 10));
    }
  };

  /** What a session of the patient's device begins with. */
  async #settlePatient(runtime: Runtime, process: Process): Promise<void> {
    const { consortium } = this.#template;
    const save = this.#save(process);
    await completeRevocations({ runtime, consortium, keys: this.#keys, save, onInForce: this.#inForce });
    await completeGrants({ runtime, consortium, keys: this.#keys, save });
  }

  async #grant(runtime: Runtime, process: Process, doctor: ActorKeys): Promise<void> {
    await this.#settlePatient(runtime, process);
    await grantConsent({
      runtime,
      consortium: this.#template.consortium,
      keys: this.#keys,
      save: this.#save(process),
      kinds: [KIND],
      grantee: granteeOf(doctor.card),
      resourceTypes: ["*"],
      purposes: ["TREAT"],
      notAfter: FAR,
    });
  }

  async #revoke(runtime: Runtime, process: Process, consent: ConsentId): Promise<void> {
    await completeRevocations({
      runtime,
      consortium: this.#template.consortium,
      keys: this.#keys,
      save: this.#save(process),
      onInForce: this.#inForce,
    });
    await revokeConsent({
      runtime,
      consortium: this.#template.consortium,
      keys: this.#keys,
      save: this.#save(process),
      consents: [consent],
      onInForce: this.#inForce,
    });
  }

  /** Any of the patient's records, one that is erased already too. */
  async #erase(runtime: Runtime): Promise<void> {
    const { consortium } = this.#template;
    const access = ownerAccess(this.#keys, KIND);
    const { records } = await listRecords({ runtime, consortium, access, purpose: "TREAT" });
    if (records.length === 0) return;
    const { header } = this.#scheduler.rng.pick(records);
    await eraseRecord({
      runtime,
      consortium,
      signer: access.signer,
      request: await ownerErasure(this.#keys, TEST_IDENTITY, header),
      patience: 2,
      onInForce: ({ record }) => {
        this.#oracle.erased.add(record);
        this.#scheduler.note("erasure in force", record.slice(2, 10));
      },
    });
  }

  /** Resources that were not confirmed come again with the next import, as an importer that runs over its whole source does. */
  async #import(runtime: Runtime, count: number): Promise<void> {
    const { device, admission, consortium } = this.#template;
    for (let i = 0; i < count; i++) this.#resources.push(resourceNamed(`r${++this.#imported}`));
    const resources = this.#resources;
    const process = running.getStore() as Process;
    const { sealed, known } = await sealResources({
      runtime,
      identity: TEST_IDENTITY,
      node: connect(runtime, ENDPOINTS[0], httpSigner(device.ed25519)),
      device,
      organisation: admission.organisation,
      admission,
      committee: consortium.committee,
      resources: [...resources],
      journal: this.#journal.open((what) => this.#scheduler.gate(process, "client", what)),
    });
    for (const { source, record } of [...sealed, ...known]) {
      const resource = resources.find((item) => item.source?.key === source?.key);
      if (resource !== undefined) this.#oracle.sealed.set(record, resource.bytes);
    }
    this.#resources = this.#resources.filter((item) => !resources.includes(item) || item.source === null);
  }

  async #openAsGrantee(runtime: Runtime, doctor: ActorKeys, endpoint: string): Promise<void> {
    const own = connect(runtime, endpoint, httpSigner(doctor.ed25519));
    const { grants } = await listGrants({ node: own, keys: doctor, identity: TEST_IDENTITY });
    if (grants.length === 0) return;
    // Any of them, revoked ones too: grantees try.
    const grant = this.#scheduler.rng.pick(grants.toSorted((a, b) => (a.consent < b.consent ? -1 : 1)));
    await this.#open(runtime, granteeAccess(doctor, grant.content), "TREAT", grant.consent);
  }

  /** Promise c as the reader sees it, and that what opens is what was sealed. Gives the number of records that did not open. */
  async #open(
    runtime: Runtime,
    access: SegmentAccess,
    as: "OWNER" | "TREAT",
    consent: ConsentId | null = null,
  ): Promise<number> {
    const over = consent !== null && this.#oracle.inForce.has(consent);
    const erased = new Set(this.#oracle.erased);
    const ask = this.#scheduler.rng.chance(0.3) ? "all" : "threshold";
    const { consortium } = this.#template;
    const { opened, refused } = await openRecords({ runtime, consortium, access, purpose: "TREAT", ask });
    if (over && opened.length > 0)
      this.#oracle.violation("a record opened after its revocation was in force");
    for (const { record, bytes } of opened) {
      if (erased.has(record)) this.#oracle.violation("a record opened after its erasure was in force");
      const sealed = this.#template.sealed.get(record) ?? this.#oracle.sealed.get(record);
      if (sealed !== undefined && !equalBytes(bytes, sealed))
        this.#oracle.violation("a record opened to other bytes");
      if (as === "OWNER") this.opened.add(record);
      this.#scheduler.note("record opened", as);
    }
    for (const { code } of refused) {
      this.#scheduler.note("record refused", `${as} ${code}`);
      // Lock A: a doctor's grant opens its own epoch and those before; one who was revoked gets no newer one.
      if (as === "TREAT" && code === "newer-epoch") continue;
      if (!EXPECTED.has(code)) this.#oracle.violation(`a record was refused with ${code}`);
    }
    return refused.length;
  }

  async readLog(runtime: Runtime): Promise<AccessLog> {
    const { consortium } = this.#template;
    const log = await accessLog({
      runtime,
      consortium,
      keys: this.#keys,
      kinds: [KIND],
      ledger: this.#ledger.connect(),
    });
    for (const { code, detail } of log.findings) {
      if (!HONEST.has(code)) this.#oracle.violation(`the access log has a finding: ${code} ${detail}`);
    }
    return log;
  }
}

/** What a reader may be told of a record when nodes are away or the consent is over. */
const EXPECTED = new Set(["not-opened", "not-anchored", "blob-not-found", "too-few-custodians"]);
/** What the log may say of honest custodians while messages are lost. */
const HONEST = new Set(["log-unavailable", "missing-entries", "unconfirmed-entries", "anchor-mismatch"]);
