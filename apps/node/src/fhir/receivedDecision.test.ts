import {
  decide,
  type DecisionAuthority,
  type DecisionRecord,
  type DecisionRequest,
  type LedgerState,
} from "@anamnesis/core/consent/decide";
import type { Exception, Purpose } from "@anamnesis/core/consent/terms";
import { parseDay, parseUnixSeconds, type RecordId } from "@anamnesis/core/ids";
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
const ROUNDS = 24;

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
  const consents: (Awaited<ReturnType<typeof custody.consent>> & {
    readonly doctor: TestActor;
    readonly segment: TestSegment;
    readonly kept: Set<RecordId>;
  })[] = [];
  const keptAnywhere = new Set<RecordId>();
  let [seen, hidden, purged] = [0, 0, 0];

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
      const given = await custody.consent(doctor, {
        segmentOf: segment,
        resourceTypes: random() < 0.5 ? ["*"] : [pick(TYPES)],
        purposes,
        dataFrom: random() < 0.7 ? null : maybeDay(),
        exceptions: random() < 0.4 ? [exception()] : [],
        notAfter: parseUnixSeconds(custody.clock.time + 100 + Math.floor(random() * 2000)),
      });
      const kept = new Set<RecordId>();
      const mine = records.filter((record) => record.segment === segment);
      const wish = { segmentOf: segment, purpose: "TREAT" } as const;
      const results = await world
        .keep(
          doctor,
          given.consent,
          mine.map(({ sealed }) => sealed),
          wish,
        )
        // An exception may be about all of the segment.
        .catch(() => []);
      for (const { record, code } of results) if (code === null) kept.add(record);
      for (const record of kept) keptAnywhere.add(record);
      if (kept.size > 0) consents.push({ ...given, doctor, segment, kept });
    } else if (random() < 0.6) {
      await revoke(node, pick(consents).revocation);
    } else {
      custody.clock.time += Math.floor(random() * 400);
      await custody.follow();
    }

    for (const asker of doctors) {
      const shown: {
        readonly authority: DecisionAuthority;
        readonly state: LedgerState;
        readonly of: TestSegment;
      }[] = [];
      for (const { consent, doctor: grantee, segment: of } of consents) {
        if (grantee !== asker) continue;
        const authority = decisionAuthority(node, { consent, parent: null, delegation: null });
        const state = await ledgerState(node, of.owner.address, asker.requester, authority);
        shown.push({ authority, state, of });
      }
      for (const purpose of ["TREAT", "HRESCH", "HOPERAT"] as const) {
        const isPermitted = ({ resource, segment: of }: (typeof records)[number]): boolean =>
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
      purged += await purgeReceived(node);
      const left = await node.db.query<{ readonly record: RecordId }>("select record from received_records");
      keptAnywhere.clear();
      for (const { record } of left) keptAnywhere.add(record);
    }
  }
  expect(seen).toBeGreaterThan(200);
  expect(hidden).toBeGreaterThan(200);
  expect(purged).toBeGreaterThan(3);
}, 120_000);
