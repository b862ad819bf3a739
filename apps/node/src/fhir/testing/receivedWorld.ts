import type { KeepWish, KeptRecords } from "@anamnesis/api/routes/received";
import { openWithShares } from "@anamnesis/core/crypto/openWithShares";
import { releaseShares } from "@anamnesis/core/crypto/dleq";
import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { Consent } from "@anamnesis/core/consent/consent";
import type { RecordLimits } from "@anamnesis/core/consent/decide";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Access } from "@anamnesis/fhir-server/access/access";
import { attributesOf } from "@anamnesis/fhir/attributes";
import { testSegment, type TestSegment } from "@anamnesis/testkit/core/world";
import { keepKeyCard } from "../../directory/keyCards.ts";
import type { TestNode } from "../../indexer/testing/testNode.ts";
import { putCard } from "../../segments/cardStore.ts";
import { CustodyWorld, homed, type TestActor } from "../../testing/custodyWorld.ts";
import { itemOf, type Sealed, wrapOf, written } from "../../testing/sealedRecords.ts";
import { keepRecords } from "../received/keepRecords.ts";
import { receivedLimits } from "../received/receivedLimits.ts";
import { FULL, TestFhir } from "./testFhir.ts";

export interface AnyResource {
  readonly resourceType: string;
  readonly id: string;
  readonly [name: string]: unknown;
}

type Item = KeepWish["records"][number];

/** A hospital in the north whose records a doctor in the south opens and gives to the southern node, both on one ledger in memory. */
export class ReceivedWorld {
  readonly custody: CustodyWorld;
  readonly author: TestNode;
  readonly node: TestNode;
  readonly fhir: TestFhir;
  readonly #heads = new Map<string, Sealed["label"]>();

  private constructor(custody: CustodyWorld, author: TestNode, node: TestNode) {
    this.custody = custody;
    this.author = author;
    this.node = node;
    this.fhir = new TestFhir(node.db, FULL);
  }

  static async start(): Promise<ReceivedWorld> {
    const custody = await CustodyWorld.start("north", "south");
    const [author, node] = custody.nodes as [TestNode, TestNode];
    return new ReceivedWorld(custody, author, node);
  }

  get segment(): TestSegment {
    return this.custody.segment;
  }

  async doctor(name: string): Promise<TestActor> {
    const doctor = await this.custody.actor(name, "practitioner");
    await keepKeyCard(this.node.db, doctor.card);
    return doctor;
  }

  async newSegment(patient: string, kind: SegmentKind): Promise<TestSegment> {
    const segment = homed(await testSegment(patient, kind));
    for (const node of this.custody.nodes) await putCard(node, segment.cards[0] as never);
    return segment;
  }

  /** The northern hospital seals a resource and anchors it. */
  async write(
    resource: AnyResource,
    { segment = this.segment, version = "1" }: { segment?: TestSegment; version?: string } = {},
  ): Promise<Sealed> {
    const { from, to, labels } = attributesOf(resource);
    const key = `https://north.test/fhir|${resource.resourceType}/${resource.id}`;
    const sealed = await written(this.custody, this.author, {
      segment,
      previous: this.#heads.get(segment.id) ?? null,
      permit: this.custody.permit(segment),
      attributes: { resourceType: resource.resourceType, from, to, labels },
      content: {
        meta: { mediaType: "application/fhir+json", source: { key, version } },
        bytes: utf8ToBytes(JSON.stringify(resource)),
      },
    });
    this.#heads.set(segment.id, sealed.label);
    return sealed;
  }

  /** What opening both locks gave, by shares of custodians. */
  async itemOf(sealed: Sealed, segment = this.segment): Promise<Item> {
    const { k1 } = await wrapOf(sealed, segment);
    return { ...(await itemOf(this.author, sealed, segment)), k1, G: this.#openLockB(sealed) };
  }

  #openLockB({ header: { body } }: Sealed): Uint8Array {
    const { deal } = this.custody;
    const context = new Uint8Array(32);
    const answers = deal.custodians.slice(0, deal.threshold).map(({ index, share, verificationShare }) => {
      const points = [body.U];
      const random = this.custody.random;
      return {
        index,
        verificationShare,
        ...releaseShares({ share, verificationShare, points, context, random }),
      };
    });
    const { G } = openWithShares({ threshold: deal.threshold, points: [body.U], context, answers });
    return G[0] as Uint8Array;
  }

  /** The doctor gives what was opened under the consent to the southern node. */
  async keep(
    doctor: TestActor,
    consent: Consent | null,
    records: readonly Sealed[],
    changes: Partial<KeepWish> & { readonly segmentOf?: TestSegment; readonly at?: TestNode } = {},
  ): Promise<KeptRecords["records"]> {
    const { segmentOf: segment = this.segment, at: node = this.node, ...rest } = changes;
    const items: Item[] = [];
    for (const sealed of records) items.push(await this.itemOf(sealed, segment));
    const wish: KeepWish = {
      opening: segment.opening,
      purpose: "TREAT",
      consent,
      parent: null,
      delegation: null,
      permits: [this.custody.permit(segment)],
      records: items,
      ...rest,
    };
    const answer = await keepRecords(node, toHex(doctor.card.ed25519), wish);
    return answer.records;
  }

  /** What somebody may read of what was received, now. */
  limits(doctor: TestActor | null, purpose: Purpose = "TREAT"): Promise<readonly RecordLimits[]> {
    return receivedLimits(this.node, { actor: doctor?.requester.actor ?? null }, purpose, [
      { types: "*", kinds: "*" },
    ]);
  }

  /** The FHIR server as somebody sees it who may do everything with what is the organisation's own. */
  async as(
    doctor: TestActor | null,
    { purpose = "TREAT", own = FULL }: { readonly purpose?: Purpose; readonly own?: Access } = {},
  ): Promise<TestFhir> {
    return this.fhir.as({ ...own, readReceived: await this.limits(doctor, purpose) });
  }
}
