import type { UnixSeconds } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerAccess } from "@anamnesis/sdk/access";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { enrol, type Enrolment } from "@anamnesis/sdk/enrol";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { type OpenedRecord, openRecords } from "@anamnesis/sdk/open";
import { admission, permitOrganisation } from "@anamnesis/sdk/permit";
import { httpSigner, type Runtime } from "@anamnesis/sdk/runtime";
import { expect } from "vitest";
import { keepKeyCard } from "../../../directory/keyCards.ts";
import { bytesOf, testKeys, type TestNode } from "../../../indexer/testing/testNode.ts";
import { sendOutbox } from "../../../outbox/sendOutbox.ts";
import { enqueueRecordWishes } from "../../../records/enqueueRecordWishes.ts";
import { adminHandlers } from "../../../routes/adminHandlers.ts";
import { custodyHandlers } from "../../../routes/custodyHandlers.ts";
import { exchangeHandlers } from "../../../routes/exchangeHandlers.ts";
import { CustodyWorld } from "../../../testing/custodyWorld.ts";
import { HandlerNetwork } from "../../../testing/handlerNetwork.ts";
import { anchor } from "../../../testing/sealedRecords.ts";
import { FULL, TestFhir } from "../../testing/testFhir.ts";
import { noteVersions } from "../noteVersions.ts";
import { sealPass } from "../sealPass.ts";

/** Ed25519 secret of both nodes' administrator. */
export const ADMIN = bytesOf("administrator");

/** Two hospitals' nodes behind a network without sockets, the FHIR server of one of them, and patients who use the SDK. */
export class SealingWorld {
  readonly custody: CustodyWorld;
  readonly north: TestNode;
  readonly south: TestNode;
  readonly fhir: TestFhir;
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly network: HandlerNetwork;

  private constructor(
    custody: CustodyWorld,
    runtime: Runtime,
    consortium: Consortium,
    network: HandlerNetwork,
  ) {
    const [north, south] = custody.nodes as [TestNode, TestNode];
    this.custody = custody;
    this.north = north;
    this.south = south;
    this.runtime = runtime;
    this.consortium = consortium;
    this.network = network;
    this.fhir = new TestFhir(north.db, FULL, undefined, (tx, versions, relabelled) =>
      noteVersions(tx, [...versions, ...relabelled]),
    );
  }

  static async start(): Promise<SealingWorld> {
    const custody = await CustodyWorld.start("north", "south");
    const now = (): UnixSeconds => custody.clock.now();
    const network = new HandlerNetwork(now);
    for (const node of custody.nodes) {
      for (const name of ["north", "south", "west"]) await keepKeyCard(node.db, testKeys(name).card);
      const services = custody.services();
      const settings = { ...node.settings, admins: [httpSigner(ADMIN).keyid] };
      network.serve(`${node.name}.test`, [
        ...exchangeHandlers(node, services.window),
        ...adminHandlers({ ...node, settings }),
        ...custodyHandlers(node, services, null as never),
      ]);
    }
    const runtime: Runtime = {
      fetch: network.fetch,
      now,
      random: custody.random,
      // Whoever waits for the ledger finds that it went on.
      sleep: async () => {
        for (const node of custody.nodes) await sendOutbox(node);
        await custody.follow();
      },
    };
    const consortium = await loadConsortium({ runtime, endpoint: "http://north.test:80" });
    return new SealingWorld(custody, runtime, consortium, network);
  }

  async enrol(provisional = false): Promise<Enrolment> {
    const { runtime, consortium, north, south } = this;
    return enrol({
      runtime,
      consortium,
      homes: [north.organisation, south.organisation],
      provisional: provisional ? north.organisation : null,
      save: async () => undefined,
    });
  }

  /** What the patient hands to the first hospital. */
  async admissionOf(
    keys: PatientKeys,
    days = 30,
    organisation = this.north.organisation,
  ): Promise<Uint8Array> {
    const notAfter = (this.custody.clock.time + 86_400 * days) as UnixSeconds;
    const { identity } = this.consortium;
    return admission.encode(
      await permitOrganisation({ keys, identity, organisation, notAfter, random: this.custody.random }),
    );
  }

  /** Everything that can be sealed is, and stands on the ledger with what is said about it. */
  async settle(): Promise<void> {
    const { custody, north } = this;
    for (let i = 0; i < 3; i++) {
      await sealPass(north);
      await anchor(custody, north);
      await enqueueRecordWishes(north);
      await sendOutbox(north);
      await custody.follow();
    }
  }

  /** What the patient opens of one segment, in the order of writing. */
  async open(keys: PatientKeys, kind: SegmentKind = "general"): Promise<readonly OpenedRecord[]> {
    const { runtime, consortium } = this;
    const { opened, refused } = await openRecords({
      runtime,
      consortium,
      access: ownerAccess(keys, kind),
      purpose: "PATRQT",
    });
    expect(refused).toEqual([]);
    return opened;
  }

  /** The texts of all versions of a resource, oldest first; `null` for a deletion. */
  async versions(type: string, id: string): Promise<readonly (string | null)[]> {
    const rows = await this.north.db.query<{ content: string | null }>(
      `select v.content from fhir_versions v join fhir_resources r on r.row = v.row where r.type = $1 and r.id = $2 order by v.version`,
      [type, id],
    );
    return rows.map(({ content }) => content);
  }

  /** What became of each version of a resource, oldest first. */
  async states(type: string, id: string): Promise<readonly string[]> {
    const rows = await this.north.db.query<{ state: string }>(
      `select s.state from fhir_seals s join fhir_resources r on r.row = s.row where r.type = $1 and r.id = $2 order by s.version`,
      [type, id],
    );
    return rows.map(({ state }) => state);
  }
}
