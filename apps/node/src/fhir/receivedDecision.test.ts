import type { ConsentBody } from "@anamnesis/core/consent/consent";
import {
  decide,
  type DecisionAuthority,
  type DecisionRecord,
  type DecisionRequest,
  type LedgerState,
} from "@anamnesis/core/consent/decide";
import type { Revocation } from "@anamnesis/core/consent/revocation";
import type { Exception, Purpose } from "@anamnesis/core/consent/terms";
import { addressOf, publicKeyOf, scalarFromSeed } from "@anamnesis/core/crypto/secp256k1";
import { parseDay, parseUnixSeconds, type RecordId } from "@anamnesis/core/ids";
import type { ShownAuthority } from "@anamnesis/core/release/releaseRequest";
import { attributesOf } from "@anamnesis/fhir/attributes";
import { recordUri } from "@anamnesis/fhir-server/resource/receivedForm";
import { randomNumbers } from "@anamnesis/testkit/core/randomDecision";
import type { TestSegment } from "@anamnesis/testkit/core/world";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { decisionAuthority, ledgerState } from "../access/requesterState.ts";
import { revoke } from "../custody/revoke.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import type { TestActor } from "../testing/custodyWorld.ts";
import type { Sealed } from "../testing/sealedRecords.ts";
import { purgeReceived } from "./received/purgeReceived.ts";
import { type AnyResource, ReceivedWorld } from "./testing/receivedWorld.ts";

/** The same question asked in two ways: what a search sees, and what `decide` says of each record under each consent. */

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const TYPES = ["Observation", "Condition", "Procedure"] as const;
const FIRST_DAY = 18_000;
const ROUNDS = 36;
const PURPOSES = ["TREAT", "HRESCH", "HOPERAT"] as const;
const PROXY = scalarFromSeed(new Uint8Array(48).fill(7));

function resourceOf(i: number, random: () => number): AnyResource {
  const resourceType = TYPES[i % TYPES.length] as (typeof TYPES)[number];
  const subject = { display: "somebody" };
  const day = new Date((FIRST_DAY + Math.floor(random() * 100)) * 86_400_000).toISOString().slice(0, 10);
  const id = `r${i}`;
  const text = { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml">noticed</div>' };
  const isDated = random() < 0.8;
  switch (resourceType) {
    case "Observation":
      return {
        resourceType,
        id,
        status: "final",
        code: { text: "x" },
        text,
        ...(isDated ? { effectiveDateTime: day } : {}),
      };
    case "Condition":
      return { resourceType, id, subject, ...(isDated ? { onsetDateTime: day } : {}) };
    case "Procedure":
      return {
        resourceType,
        id,
        status: "completed",
        subject,
        ...(isDated ? { performedDateTime: day } : {}),
      };
  }
}

it("a search sees the records that the decision permits, whatever consents there are, end and are purged", async () => {
  const world = await ReceivedWorld.start();
  const { custody, node } = world;
  const random = randomNumbers(23);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const some = <T>(items: readonly T[]): readonly T[] => items.filter(() => random() < 0.5);
  const maybeDay = () => (random() < 0.5 ? null : parseDay(FIRST_DAY + Math.floor(random() * 100)));
  const doctors = [await world.doctor("one"), await world.doctor("two")] as const;
  const other = await world.newSegment("bob", "general");
  const records: {
    readonly sealed: Sealed;
    readonly resource: AnyResource;
    readonly segment: TestSegment;
  }[] = [];
  for (let i = 0; i < 10; i++) {
    const resource = resourceOf(i, random);
    const segment = i % 4 === 3 ? other : world.segment;
    records.push({ sealed: await world.write(resource, { segment }), resource, segment });
  }
  const specialist = await custody.actor("specialist", "practitioner", "west");
  const consents: {
    readonly shown: ShownAuthority;
    /** Of all of the chain. */
    readonly revocations: readonly Revocation[];
    readonly doctor: TestActor;
    readonly segment: TestSegment;
  }[] = [];
  const keptAnywhere = new Set<RecordId>();
  let [seen, hidden, purged, chained] = [0, 0, 0, 0];

  /** The patient's consent, or the same one passed on by the specialist or signed by a proxy, within what those may. */
  const chainFor = async (
    doctor: TestActor,
    segment: TestSegment,
    terms: Partial<ConsentBody>,
    exceptions: readonly Exception[],
  ): Promise<{ readonly shown: ShownAuthority; readonly revocations: readonly Revocation[] }> => {
    const way = random();
    const own = await custody.consent(doctor, { ...terms, segmentOf: segment });
    const { notBefore, notAfter, purposes } = own.consent.body;
    const limits = { notBefore, notAfter, purposes, exceptions: [...exceptions] };
    if (way < 0.4)
      return {
        shown: { consent: own.consent, parent: null, delegation: null },
        revocations: [own.revocation],
      };
    // Delegations of this world are about its first segment.
    if (way < 0.7 || segment !== world.segment) {
      const actions = ["read", "reshare"] as const;
      const parent = await custody.consent(specialist, {
        ...limits,
        actions: [...actions],
        segmentOf: segment,
      });
      const consent = custody.signedBy(specialist.secret, own.consent);
      return {
        shown: { consent, parent: parent.consent, delegation: null },
        revocations: [own.revocation, parent.revocation],
      };
    }
    const given = await custody.delegation(addressOf(publicKeyOf(PROXY)), (body) => ({ ...body, ...limits }));
    const consent = custody.signedBy(PROXY, own.consent);
    return {
      shown: { consent, parent: null, delegation: given.delegation },
      revocations: [own.revocation, given.revocation],
    };
  };
  for (let round = 0; round < ROUNDS; round++) {
    const doctor = pick(doctors);
    const segment = pick([world.segment, world.segment, other]);
    const exception = (): Exception => ({
      resourceTypes: [...some(TYPES)],
      actions: [],
      purposes: random() < 0.5 ? [] : [pick(["TREAT", "HRESCH"] as const)],
      dataFrom: maybeDay(),
      dataTo: null,
    });
    if (round % 3 !== 2 || consents.length === 0) {
      const purposes: Purpose[] = random() < 0.7 ? ["TREAT", "HRESCH"] : ["TREAT"];
      const terms: Partial<ConsentBody> = {
        resourceTypes: random() < 0.5 ? ["*"] : [pick(TYPES)],
        purposes,
        dataFrom: random() < 0.7 ? null : maybeDay(),
        exceptions: random() < 0.4 ? [exception()] : [],
        notAfter: parseUnixSeconds(custody.clock.time + 100 + Math.floor(random() * 2000)),
      };
      const given = await chainFor(doctor, segment, terms, random() < 0.3 ? [exception()] : []);
      const kept = new Set<RecordId>();
      const mine = records.filter((record) => record.segment === segment);
      const { parent, delegation } = given.shown;
      const wish = { segmentOf: segment, purpose: "TREAT", parent, delegation } as const;
      const results = await world
        .keep(
          doctor,
          given.shown.consent,
          mine.map(({ sealed }) => sealed),
          wish,
        )
        // An exception may be about all of the segment.
        .catch(() => []);
      for (const { record, code } of results) if (code === null) kept.add(record);
      for (const record of kept) keptAnywhere.add(record);
      if (kept.size > 0) consents.push({ ...given, doctor, segment });
      if (kept.size > 0 && (parent ?? delegation) !== null) chained++;
    } else if (random() < 0.6) {
      await revoke(node, pick(pick(consents).revocations));
    } else {
      custody.clock.time += Math.floor(random() * 400);
      await custody.follow();
    }

    /** Whether one of the authorities that they showed permits each of the records to them. */
    const permittedTo = async (
      asker: TestActor,
    ): Promise<(record: (typeof records)[number], purpose: Purpose) => boolean> => {
      const shown: {
        readonly authority: DecisionAuthority;
        readonly state: LedgerState;
        readonly of: TestSegment;
      }[] = [];
      for (const { shown: documents, doctor: grantee, segment: of } of consents) {
        if (grantee !== asker) continue;
        const authority = decisionAuthority(node, documents);
        const state = await ledgerState(node, of.owner.address, asker.requester, authority);
        shown.push({ authority, state, of });
      }
      return ({ resource, segment: of }, purpose) =>
        shown.some(({ authority, state, of: consented }) => {
          const { from, to, labels } = attributesOf(resource);
          const request: DecisionRequest = {
            signer: state.actor?.signer ?? null,
            requester: asker.requester,
            action: "read",
            purpose,
            segment: consented.id,
            kind: consented.opening.kind,
          };
          const record: DecisionRecord = {
            segment: of.id,
            organisation: world.author.organisation,
            attributes: { resourceType: resource.resourceType, from, to, labels },
            anchoredOn: custody.today,
            state: "live",
            permit: { body: custody.permit(of).body, signer: of.owner.address },
          };
          return decide(request, authority, record, state).permit;
        });
    };
    for (const asker of doctors) {
      const permits = await permittedTo(asker);
      for (const purpose of PURPOSES) {
        const isPermitted = (record: (typeof records)[number]): boolean => permits(record, purpose);
        const kept = records.filter(({ sealed }) => keptAnywhere.has(sealed.record));
        const expected = kept.filter(isPermitted).map(({ sealed }) => recordUri(sealed.record));
        hidden += kept.length - expected.length;
        const { json } = await (await world.as(asker, { purpose })).get("_history?_count=100");
        const found = (json.entry ?? []).map(
          ({ resource }) => (resource.meta as unknown as { readonly source: string }).source,
        );
        expect(found.toSorted()).toEqual(expected.toSorted());
        if (purpose === "TREAT") {
          const observations = kept.filter(({ resource }) => resource.resourceType === "Observation");
          for (const query of [
            "",
            "&_text=noticed",
            "&_content=x",
            "&code:not-in=http://hl7.org/fhir/ValueSet/all-types",
          ]) {
            const answer = await (
              await world.as(asker)
            ).get(`Observation?_count=100&_total=accurate${query}`);
            const { length } = observations.filter(isPermitted);
            expect([query, answer.json.entry?.length ?? 0, answer.json.total]).toEqual([
              query,
              length,
              length,
            ]);
          }
        }
        seen += found.length;
      }
    }
    if (round % 4 === 3) {
      // What is purged was hidden from everybody; the same look once more at the next round finds it so.
      const readers = [await permittedTo(doctors[0]), await permittedTo(doctors[1])];
      const covered = records.filter(
        (record) =>
          keptAnywhere.has(record.sealed.record) &&
          readers.some((permits) => PURPOSES.some((purpose) => permits(record, purpose))),
      );
      purged += await purgeReceived(node);
      const left = await node.db.query<{ readonly record: RecordId }>("select record from received_records");
      // Nothing here can come back: what stays is what somebody may read, for some purpose.
      const names = covered.map(({ sealed }) => sealed.record);
      expect(left.map(({ record }) => record).toSorted()).toEqual(names.toSorted());
      keptAnywhere.clear();
      for (const { record } of left) keptAnywhere.add(record);
    }
  }
  expect(seen).toBeGreaterThan(200);
  expect(hidden).toBeGreaterThan(200);
  expect(purged).toBeGreaterThan(3);
  expect(chained).toBeGreaterThan(5);
}, 120_000);
