import { consentIdOf } from "@anamnesis/core/consent/consent";
import { delegationCommitment, delegationTypedData } from "@anamnesis/core/consent/delegation";
import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PatientWorld, type TestPatient } from "../fhir/patient/testing/patientWorld.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { Browser } from "./testing/browser.ts";

beforeAll(startTestDatabase, 60_000);
let world: PatientWorld;
let alice: TestPatient;

beforeEach(async () => {
  world = await PatientWorld.start();
  alice = await world.enrol();
}, 60_000);
afterEach(async () => {
  await world.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "error";
  }
  return "taken";
}

describe("a patient's login", () => {
  it("is bound to the segments that it proved, and to nothing that names the patient", async () => {
    const token = await world.logIn(alice, { kinds: ["general"] });
    const found = await world.send(token, "GET", "Consent");
    expect([found.status, found.json.total]).toEqual([200, 0]);
    const rows = await world.north.db.query<{ payload: unknown }>(
      "select payload from oauth_entries where model = 'AccessToken'",
    );
    const text = JSON.stringify(rows);
    for (const { id } of alice.keys.segments) expect(text).not.toContain(id);
  });

  it("shows program and scopes, and takes what was signed for them alone, once, of the segment's owner", async () => {
    const bob = await world.enrol();
    const { browser, page, challenge } = await world.begin();
    expect((await browser.get(page)).text).toContain("my-health");
    const sign = (...given: Parameters<PatientWorld["signLogin"]>): Promise<string> =>
      codeOf(world.signLogin(...given));
    expect(await sign(alice.keys, challenge, { client: "lab" })).toBe("not-found");
    expect(await sign(alice.keys, challenge, { scope: "patient/Consent.crs" })).toBe("not-found");
    expect(await sign(alice.keys, `0x${"00".repeat(32)}` as never)).toBe("not-found");
    // Bob's key for Alice's segment.
    const mixed = { ...bob.keys, segments: alice.keys.segments };
    expect(await sign(mixed, challenge)).toBe("bad-owner-login");
    expect(await world.goOn(browser, page)).toBeNull();
    expect(await sign(alice.keys, challenge)).toBe("taken");
    expect(await sign(bob.keys, challenge)).toBe("not-found");
    // Whoever saw the page's address and the challenge gets nothing.
    expect((await new Browser().get(page)).status).toBe(400);
    const answer = await world.goOn(browser, page);
    expect([answer?.status, answer?.json["scope"]]).toEqual([
      200,
      "patient/AuditEvent.rs patient/Consent.crs",
    ]);
  });

  it("is the same for a segment of which the node never heard", async () => {
    const { keys } = await world.enrol();
    await world.north.db.query("delete from cards where segment = any($1::text[])", [
      keys.segments.map(({ id }) => id),
    ]);
    const known = await world.logIn(await world.enrol());
    const unknown = await world.logIn({ keys, save: async () => undefined });
    for (const path of ["AuditEvent", "AuditEvent/receipt-0", "Consent", "Consent/x"]) {
      const [one, other] = [await world.send(known, "GET", path), await world.send(unknown, "GET", path)];
      expect([other.status, other.json]).toEqual([one.status, one.json]);
    }
  });

  it("gives nothing but what the routes for patients are", async () => {
    const token = await world.logIn(alice);
    for (const [method, path, body] of [
      ["GET", "Patient"],
      ["GET", "Observation"],
      ["GET", "_history"],
      ["GET", "Consent/x/_history"],
      ["POST", "Patient", { resourceType: "Patient" }],
      ["POST", "", { resourceType: "Bundle", type: "batch", entry: [] }],
      ["POST", "AuditEvent", { resourceType: "AuditEvent" }],
    ] as const) {
      expect((await world.send(token, method, path, body)).status).toBeGreaterThanOrEqual(403);
    }
    const narrow = await world.logIn(alice, { scope: "patient/AuditEvent.rs" });
    expect((await world.send(narrow, "GET", "Consent")).status).toBe(403);
    expect((await world.send(narrow, "POST", "Consent", { resourceType: "Consent" })).status).toBe(403);
  });

  it("ends with the owner, at the next use of its token", async () => {
    const token = await world.logIn(alice);
    const [general] = alice.keys.segments;
    await world.north.db.query(
      "insert into ledger_owners (segment, generation, owner, next_owner, block, time) values ($1, 1, '0x00', '0x00', 1, 1)",
      [general?.id ?? ""],
    );
    expect((await world.send(token, "GET", "Consent")).status).toBe(401);
    const { challenge } = await world.begin();
    expect(await codeOf(world.signLogin(alice.keys, challenge))).toBe("bad-owner-login");
  });

  it("is a wallet's too, by the device that it lets read, until that is revoked", async () => {
    const secret = new Uint8Array(32).fill(21);
    const account = addressOf(publicKeyOf(secret));
    const [general, ...others] = alice.keys.segments;
    if (general === undefined) throw new TypeError("A patient has segments.");
    const { identity } = world.north.ledger;
    const body = readingDelegation({
      segment: general.id,
      proxy: ownerKeyOf(alice.keys.root, "general").address,
      proxyName: "my devices",
      notBefore: 0 as never,
      notAfter: 4_102_444_800 as never,
      salt: new Uint8Array(32),
      revoker: account,
    });
    const delegation = {
      body,
      signature: sign(typedDataDigest(delegationTypedData(identity, body)), secret),
    };
    const wallet = { account, delegation, permits: [] };
    const patient = { ...alice, keys: { ...alice.keys, segments: [{ ...general, wallet }, ...others] } };
    const say = (statement: string, values: readonly string[]) =>
      world.north.db.query(statement, [...values]);
    await say(
      "insert into ledger_owners (segment, generation, owner, next_owner, block, time) values ($1, 1, $2, '0x00', 1, 1)",
      [general.id, account],
    );
    const { challenge } = await world.begin();
    expect(await codeOf(world.signLogin(patient.keys, challenge))).toBe("bad-owner-login");
    const id = consentIdOf(identity, body.revoker, delegationCommitment(identity, body));
    const status = "insert into ledger_consents (consent, status, block, time) values ($1, $2, 1, 1)";
    await say(status, [id, "registered"]);
    const token = await world.logIn(patient);
    expect((await world.send(token, "GET", "Consent")).status).toBe(200);
    expect(await codeOf(world.signLogin(alice.keys, (await world.begin()).challenge))).toBe(
      "bad-owner-login",
    );
    await say(status, [id, "revoked"]);
    expect((await world.send(token, "GET", "Consent")).status).toBe(401);
    expect(await codeOf(world.signLogin(patient.keys, (await world.begin()).challenge))).toBe(
      "bad-owner-login",
    );
  });

  it("waits for a fresh copy of the ledger", async () => {
    const token = await world.logIn(alice);
    world.custody.clock.time += 121;
    expect((await world.send(token, "GET", "Consent")).status).toBe(503);
    await world.custody.follow();
    expect((await world.send(token, "GET", "Consent")).status).toBe(200);
  });
});
