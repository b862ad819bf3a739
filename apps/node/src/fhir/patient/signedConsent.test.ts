import { sign } from "@anamnesis/core/crypto/secp256k1";
import { toBase64 } from "@anamnesis/core/audit/checkpointKey";
import { consent as consentFormat } from "@anamnesis/core/consent/consent";
import { signedConsentToFhir } from "@anamnesis/fhir/consent/signedConsent";
import type { Resource } from "@anamnesis/fhir/resource";
import {
  type PostConsentResult,
  type PostedConsent,
  postConsents,
  signedConsentResource,
} from "@anamnesis/sdk/fhirConsent";
import { granteeOf, prepareConsents } from "@anamnesis/sdk/grant";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { revokeConsent } from "@anamnesis/sdk/revoke";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../../indexer/testing/testDatabase.ts";
import { followConsents } from "./followConsents.ts";
import { PatientWorld, type TestPatient } from "./testing/patientWorld.ts";

let world: PatientWorld;
let alice: TestPatient;
let doctor: ActorKeys;
let device: ActorKeys;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await PatientWorld.start();
  alice = await world.enrol();
  doctor = await world.actor("Dr. Ada", "practitioner");
  device = await world.actor("Importer", "device");
}, 60_000);
afterEach(async () => {
  await world.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

const terms = (to: ActorKeys) =>
  ({
    kinds: ["general"],
    grantee: granteeOf(to.card),
    resourceTypes: ["*"],
    purposes: ["TREAT"],
    notAfter: world.in(86_400),
  }) as const;

async function post(token: string, to = doctor): Promise<PostConsentResult> {
  const { runtime, consortium, url, north } = world;
  const server = { endpoint: url, organisation: north.organisation, token };
  const { keys, save } = alice;
  return postConsents({ runtime, consortium, keys, save, server, ...terms(to) });
}

/** A Consent that Alice's app made and did not post yet. */
async function made(): Promise<Resource> {
  const { runtime, consortium, north } = world;
  const { keys, prepared } = await prepareConsents({ runtime, consortium, ...alice, ...terms(doctor) });
  return signedConsentResource({ runtime, consortium }, keys, prepared[0] as never, north.organisation);
}

async function waiting(): Promise<readonly number[]> {
  const rows = await world.north.db.query<{ n: number }>(
    `select count(*)::int as n from outbox where type = 'RegisterConsent' union all select count(*)::int from grants
     union all select count(*)::int from fhir_consents union all select count(*)::int from fhir_resources where type = 'Consent'`,
  );
  return rows.map(({ n }) => n);
}

describe("a Consent that its patient signed", () => {
  it("is a consent: custodians honour it, its status follows, and its revocation ends it", async () => {
    await world.seal(alice, device, "one");
    const token = await world.logIn(alice);
    const { consents } = await post(token);
    const posted = consents[0] as PostedConsent;
    expect(posted.status).toBe("active");
    const [access] = await world.accesses(doctor);
    const { opened, refused } = await world.open(access as never);
    expect([opened.length, refused]).toEqual([1, []]);

    const staff = await world.staffToken();
    const seen = await world.send(staff, "GET", "Consent?status=active");
    expect(seen.json.entry?.map(({ resource }) => resource.id)).toEqual([posted.id]);
    const kept = await world.send(token, "GET", `Consent/${posted.id}`);
    expect(JSON.stringify(kept.json)).not.toContain("consent-delivery");

    const { runtime, consortium } = world;
    await revokeConsent({ runtime, consortium, ...alice, consents: [posted.consent] });
    const after = await world.send(token, "GET", `Consent/${posted.id}`);
    expect(after.json["status"]).toBe("inactive");
    expect((await world.send(staff, "GET", "Consent?status=active")).json.entry).toBeUndefined();
    await expect(world.open(access as never)).rejects.toMatchObject({ code: "not-opened" });
    const all = await world.send(token, "GET", "Consent");
    expect([all.json.total, all.json.entry?.[0]?.resource["status"]]).toEqual([1, "inactive"]);
  });

  it("brings nothing to the ledger that leads to a patient", async () => {
    await post(await world.logIn(alice));
    const told = await world.north.ledger.events(null, 1_000_000);
    const text = JSON.stringify(told, (_key, value: unknown) =>
      typeof value === "bigint" ? `${value}` : value,
    );
    expect(text).toContain("consent-registered");
    for (const { id, opening } of alice.keys.segments) {
      expect(text).not.toContain(id);
      expect(text).not.toContain(opening.owner);
    }
  });

  it("goes to a grantee of another organisation by its own node", async () => {
    const other = await world.actor("Dr. Bela", "practitioner", world.south);
    await world.seal(alice, device, "one");
    const { consents } = await post(await world.logIn(alice), other);
    expect(consents.map(({ status }) => status)).toEqual(["active"]);
    expect(await world.accesses(doctor)).toEqual([]);
    const [access] = await world.accesses(other, world.south);
    expect((await world.open(access as never)).opened.length).toBe(1);
  });

  it("is kept, registered and granted once, however often it comes", async () => {
    const token = await world.logIn(alice);
    const resource = await made();
    const first = await world.send(token, "POST", "Consent", resource);
    expect([first.status, first.json["status"]]).toEqual([201, "proposed"]);
    const again = await world.send(token, "POST", "Consent", resource);
    expect([again.status, again.json.id]).toEqual([200, first.json.id]);
    expect(await waiting()).toEqual([1, 1, 1, 1]);
    await world.settle();
    const third = await world.send(token, "POST", "Consent", resource);
    expect([third.status, third.json["status"]]).toEqual([200, "active"]);
    expect((await waiting()).slice(1)).toEqual([1, 1, 1]);
  });

  it("says what its signature says and no more", async () => {
    const token = await world.logIn(alice);
    const resource = await made();
    const provision = resource["provision"] as { period: object };
    const extension = resource["extension"] as readonly { url: string; extension: readonly object[] }[];
    const [binding, delivery] = extension;
    const attachment = resource["sourceAttachment"] as { data: string };
    const document = consentFormat.decode(Buffer.from(attachment.data, "base64"));
    const forged = { ...document, signature: sign(new Uint8Array(32).fill(1), doctor.secp256k1) };
    const at = { organisation: world.north.organisation, dateTime: null };
    const cases: readonly [Record<string, unknown>, string][] = [
      [
        { text: { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } },
        "Consent",
      ],
      [
        { provision: { ...provision, period: { ...provision.period, end: "2099-01-01T00:00:00Z" } } },
        "Consent.provision.period.end",
      ],
      [{ organization: [{ display: "another" }] }, "Consent.organization[0]"],
      [{ policy: [{ uri: "https://example.org/opt-in" }] }, "Consent.policy[0].uri"],
      [{ status: "inactive" }, "Consent.status"],
      [{ extension: [binding] }, "Consent.extension"],
      [{ extension: [binding, delivery, { url: "urn:x", valueString: "x" }] }, "Consent.extension"],
      [{ sourceAttachment: { ...attachment, data: "AAAA" } }, "Consent.sourceAttachment"],
      [{ ...signedConsentToFhir(forged, at), dateTime: undefined, extension }, "Consent.sourceAttachment"],
      [
        {
          extension: [
            binding,
            {
              ...delivery,
              extension: [{ url: "registration", valueBase64Binary: toBase64(forged.signature) }],
            },
          ],
        },
        "Consent.extension",
      ],
    ];
    for (const [changes, place] of cases) {
      const { status, json } = await world.send(token, "POST", "Consent", { ...resource, ...changes });
      expect([status, json.issue[0]]).toEqual([422, expect.objectContaining({ expression: [place] })]);
    }
    expect(await waiting()).toEqual([0, 0, 0, 0]);
  });

  it("is taken of its own patient alone", async () => {
    const resource = await made();
    const mallory = await world.enrol();
    const another = await world.logIn(alice, { kinds: ["mental-health"] });
    for (const token of [await world.logIn(mallory), another]) {
      const { status, json } = await world.send(token, "POST", "Consent", resource);
      expect([status, json.issue[0]?.code]).toEqual([403, "forbidden"]);
    }
    expect(await waiting()).toEqual([0, 0, 0, 0]);
    // Whoever else may write Consents keeps a proposal, as of any other.
    const staff = await world.staffToken();
    const { status, json } = await world.send(staff, "POST", "Consent", resource);
    expect([status, json["status"]]).toEqual([201, "proposed"]);
    expect(await waiting()).toEqual([0, 0, 0, 1]);
    const token = await world.logIn(alice);
    expect((await world.send(token, "GET", "Consent")).json.total).toBe(0);
    expect((await world.send(token, "GET", `Consent/${json.id}`)).status).toBe(404);
  });

  it("is nobody's to change, and nobody else's patient sees it", async () => {
    const { consents } = await post(await world.logIn(alice));
    const id = consents[0]?.id ?? "";
    const staff = await world.staffToken();
    const { json } = await world.send(staff, "GET", `Consent/${id}`);
    expect((await world.send(staff, "PUT", `Consent/${id}`, { ...json, status: "rejected" })).status).toBe(
      403,
    );
    expect((await world.send(staff, "DELETE", `Consent/${id}`)).status).toBe(403);
    const mallory = await world.logIn(await world.enrol());
    expect((await world.send(mallory, "GET", `Consent/${id}`)).status).toBe(404);
    expect((await world.send(mallory, "GET", "Consent")).json.total).toBe(0);
    // Under the token of a clerk who sees nothing of that kind it is not there either.
    expect(
      (await world.send(await world.staffToken("audit", "system/*.rs"), "GET", `Consent/${id}`)).status,
    ).toBe(404);
  });

  it("is proposed again where the ledger takes the registration back, and inactive once its segment has another owner", async () => {
    const token = await world.logIn(alice);
    await post(token);
    const { db } = world.north;
    const statuses = async (): Promise<readonly string[]> => {
      await followConsents(world.north);
      const rows = await db.query<{ content: string }>(
        `select v.content from fhir_versions v join fhir_resources r on r.row = v.row and r.version = v.version where r.type = 'Consent'`,
      );
      return rows.map(({ content }) => (JSON.parse(content) as { status: string }).status);
    };
    expect(await statuses()).toEqual(["active"]);
    const rows = await db.query<{ consent: string; block: number; time: number }>(
      "delete from ledger_consents returning consent, block, time",
    );
    expect(await statuses()).toEqual(["proposed"]);
    await db.query(
      "insert into ledger_consents (consent, status, block, time) values ($1, 'registered', $2, $3)",
      [rows[0]?.consent ?? "", rows[0]?.block ?? 0, rows[0]?.time ?? 0],
    );
    expect(await statuses()).toEqual(["active"]);
    await db.query(
      "insert into ledger_owners (segment, generation, owner, next_owner, block, time) select segment, 1, '0x00', '0x00', 1, 1 from fhir_consents",
    );
    expect(await statuses()).toEqual(["inactive"]);
  });
});
