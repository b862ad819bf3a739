import { toBase64url } from "@anamnesis/api/http/base64url";
import { type KeyCard, keyCard } from "@anamnesis/core/actor/keyCard";
import type { OrganisationId } from "@anamnesis/core/ids";
import { createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { printRegistrationCode, readRegistrationCode } from "@anamnesis/sdk/keys/registrationCode";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseTestDatabases, startTestDatabase } from "../../indexer/testing/testDatabase.ts";
import { openPortal, type PortalWorld, type TestBrowser } from "../testing/portalWorld.ts";
import { getRegistration, keepRegistration } from "./registrationStore.ts";

beforeAll(startTestDatabase);
const worlds: PortalWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
  await releaseTestDatabases();
});

const DAY = 86_400;

async function open(): Promise<PortalWorld> {
  const world = await openPortal();
  worlds.push(world);
  return world;
}

async function cardOf(
  organisation: OrganisationId,
  subject: "practitioner" | "staff" | "device" = "staff",
): Promise<KeyCard> {
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  return (await createActorKeys({ subject, name: "Frida Example", organisation, random })).card;
}

async function signedIn(world: PortalWorld, id: string): Promise<TestBrowser> {
  const browser = world.browser();
  expect((await browser.post("/portal/v1/demo/sign-in", { id })).status).toBe(200);
  return browser;
}

const leave = async (browser: TestBrowser, card: KeyCard): Promise<unknown> =>
  (await browser.send("PUT", "/portal/v1/registration", { card: toBase64url(keyCard.encode(card)) })).json;

describe("the key card of a new member of staff", () => {
  const account = { account: "0a".repeat(16), kind: "staff" } as const;

  it("waits for whoever has its code, and the account's newest card takes the place of the one before", async () => {
    const world = await open();
    const { node } = world;
    const [first, second] = [await cardOf(node.organisation), await cardOf(node.organisation)];
    await node.db.query(
      "insert into portal_accounts (account, handle, kind, created) values ($1, 'handle', 'staff', 0)",
      [account.account],
    );
    await keepRegistration(node, account, keyCard.encode(first));
    const locator = readRegistrationCode(printRegistrationCode(first));
    expect(await getRegistration(node, locator)).toEqual({ keyCard: first });
    await keepRegistration(node, account, keyCard.encode(second));
    await expect(getRegistration(node, locator)).rejects.toMatchObject({ code: "not-found" });
    const other = readRegistrationCode(printRegistrationCode(second));
    expect(await getRegistration(node, other)).toEqual({ keyCard: second });
    world.clock.time += 7 * DAY;
    await expect(getRegistration(node, other)).rejects.toMatchObject({ code: "not-found" });
  });

  it("is left by accounts for staff alone, and is a person's of this organisation", async () => {
    const world = await open();
    const { node } = world;
    const card = await cardOf(node.organisation);
    const elsewhere = `0x${"22".repeat(32)}` as OrganisationId;
    const refused = { code: "bad-registration" };
    expect(await leave(await signedIn(world, "patient"), card)).toMatchObject(refused);
    const staff = await signedIn(world, "doctor");
    expect(await leave(staff, await cardOf(elsewhere))).toMatchObject(refused);
    expect(await leave(staff, await cardOf(node.organisation, "device"))).toMatchObject(refused);
    expect(
      (await staff.send("PUT", "/portal/v1/registration", { card: toBase64url(new Uint8Array(9)) })).json,
    ).toMatchObject(refused);
    expect(await node.db.query("select 1 as one from staff_registrations")).toEqual([]);
    expect(await leave(staff, card)).toEqual({});
  });
});
