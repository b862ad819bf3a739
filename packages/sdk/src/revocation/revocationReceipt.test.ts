import { decodeJson, encodeJson } from "@anamnesis/api/http/jsonBody";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { beforeAll, describe, expect, it } from "vitest";
import { openRecords } from "../open.ts";
import { revokeConsent } from "../revoke.ts";
import { beginJourney, type Journey, resource } from "../testing/journey.ts";
import { checkReceipt } from "./checkReceipt.ts";
import { makeReceipt } from "./makeReceipt.ts";
import { type RevocationReceipt, revocationReceiptFile } from "./revocationReceipt.ts";

let journey: Journey;
let value: RevocationReceipt;
let consents: Awaited<ReturnType<Journey["grant"]>>["consents"];

const make = () => {
  const { world, consortium, keys } = journey;
  return makeReceipt({
    runtime: world.runtime,
    consortium,
    keys: keys(),
    consents,
    personOf: async () => "Dr. Ada",
  });
};

beforeAll(async () => {
  journey = await beginJourney();
  const { world, consortium, seal, grant, access, keys, save } = journey;
  const { runtime } = world;
  await seal([resource("a"), resource("b")]);
  world.anchor();
  ({ consents } = await grant());
  const [given] = await access();
  if (given === undefined) throw new TypeError("no grant");
  await openRecords({ runtime, consortium, access: given, purpose: "TREAT" });
  world.anchorLogs();
  await expect(make()).rejects.toMatchObject({ code: "not-revoked" });
  await revokeConsent({ runtime, consortium, keys: keys(), save, consents });
  value = await make();
});

describe("the receipt of a share that was stopped", () => {
  it("says who stored it, what had been read by whom, and who did not say what it destroyed", () => {
    const { world, doctor } = journey;
    expect(value.acknowledged.map(({ name }) => name).toSorted()).toEqual(["Lab", "North", "South"]);
    expect(value.read).toMatchObject([
      {
        organisation: doctor.card.organisation,
        person: "Dr. Ada",
        purpose: "TREAT",
        consent: consents[0],
        proven: true,
      },
    ]);
    expect(value.read[0]?.records).toHaveLength(2);
    // Two of three custodians served it, and each has signed its log.
    expect(value.proofs).toHaveLength(2);
    expect(value.destroyed).toEqual([]);
    expect(value.unheard.map(({ organisation }) => organisation).toSorted()).toEqual(
      [0, 1, 2].map((i) => world.member(i).organisation).toSorted(),
    );
  });

  it("is checked from its file alone by anybody who knows the consortium", () => {
    const { consortium } = journey;
    const read = decodeJson(revocationReceiptFile, encodeJson(revocationReceiptFile, value));
    expect(read).toEqual(value);
    const checked = checkReceipt(read, consortium);
    expect(checked.faults).toEqual([]);
    expect(checked.read).toEqual({ proven: 1, unproven: 0 });
    expect(checked.consents).toMatchObject([{ consent: consents[0], acknowledged: 3 }]);
    expect(checked.consents[0]?.inForceAt).not.toBeNull();
    expect(checked.consents[0]?.sentence).toContain("I allow Dr. Ada to read every record");
  });

  it("proves nothing that was changed, and not what too few have signed", () => {
    const { consortium } = journey;
    const check = (changes: Partial<RevocationReceipt>) => checkReceipt({ ...value, ...changes }, consortium);
    const [ack, ...others] = value.acknowledged;
    if (ack === undefined) expect.unreachable("an acknowledgement");
    const earlier = { ...ack, storedAt: (ack.storedAt - 1) as UnixSeconds };
    expect(check({ acknowledged: [earlier, ...others] }).faults).toMatchObject([
      { about: ack.organisation, code: "acknowledgement-mismatch" },
    ]);
    const forged = { ...ack, ack: ack.ack.with(-1, (ack.ack.at(-1) ?? 0) ^ 1) };
    expect(check({ acknowledged: [forged, ...others] }).faults).toHaveLength(1);
    expect(check({ acknowledged: [ack] }).consents[0]?.inForceAt).toBeNull();
    expect(check({ acknowledged: [ack, ack] }).consents[0]?.acknowledged).toBe(1);
    expect(check({ proofs: [] }).read).toEqual({ proven: 0, unproven: 1 });
    const [reading] = value.read;
    if (reading === undefined) expect.unreachable("a reading");
    const more = { ...reading, records: [...reading.records, reading.request as never] };
    expect(check({ read: [more] }).read).toEqual({ proven: 0, unproven: 1 });
    const other = reading.request as never;
    for (const change of [
      { actor: other },
      { organisation: other },
      { purpose: "HRESCH" },
      { when: (reading.when - 301) as UnixSeconds },
      { records: [] },
    ] as const)
      expect(check({ read: [{ ...reading, ...change }] }).read).toEqual({ proven: 0, unproven: 1 });
    expect(check({ read: [reading, reading] }).read).toEqual({ proven: 1, unproven: 1 });
    const [stopped] = value.consents;
    if (stopped === undefined) expect.unreachable("a consent");
    const another = { ...stopped, consent: reading.request as never };
    expect(check({ consents: [another] }).faults).toMatchObject([{ code: "consent-mismatch" }]);
  });

  it("is the same again later, and changes nothing", async () => {
    const { world } = journey;
    const before = world.events.length;
    const again = await make();
    expect(again.acknowledged).toEqual(value.acknowledged);
    expect(world.events).toHaveLength(before);
  });
});
