import { toBase64url } from "@anamnesis/api/http/base64url";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import type { Address, UnixSeconds } from "@anamnesis/core/ids";
import { personalMessageDigest } from "@anamnesis/core/wallet/personalMessage";
import { printSignInMessage, type SignInMessage } from "@anamnesis/core/wallet/signInMessage";
import { type Anvil, startAnvil } from "@anamnesis/ledger/evm/anvil";
import { evmContractAccounts } from "@anamnesis/ledger/evm/evmContractAccounts";
import { contractAccount, setFactory } from "@anamnesis/ledger/evm/testing/contractAccount";
import { signerNamed } from "@anamnesis/testkit/ledger/cast";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseTestDatabases, startTestDatabase } from "../../indexer/testing/testDatabase.ts";
import {
  openPortal,
  type PortalWorld,
  type PortalWorldOptions,
  type TestBrowser,
} from "../testing/portalWorld.ts";
import { walletLogin } from "./walletLogin.ts";

let anvil: Anvil;
beforeAll(async () => {
  await startTestDatabase();
  anvil = await startAnvil({ blockTime: 0.05 });
  await setFactory(anvil.rpcUrl);
}, 60_000);
const worlds: PortalWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
  await releaseTestDatabases();
});
afterAll(async () => anvil.stop());

const WALLETS = "/portal/v1/wallets";
const SESSION = "/portal/v1/session";
const own = signerNamed("a patient's wallet");
const other = signerNamed("another wallet");

async function open(options: PortalWorldOptions = {}): Promise<PortalWorld> {
  const accounts = evmContractAccounts({ rpcUrl: anvil.rpcUrl, chainId: anvil.chainId });
  const world = await openPortal({ accounts, ...options });
  worlds.push(world);
  return world;
}

async function signedIn(world: PortalWorld, id = "patient"): Promise<TestBrowser> {
  const browser = world.browser();
  expect((await browser.post("/portal/v1/demo/sign-in", { id })).status).toBe(200);
  return browser;
}

interface Wallet {
  readonly address: Address;
  readonly sign: (text: string) => Uint8Array;
}

const keyed = ({ secret, address }: ReturnType<typeof signerNamed>): Wallet => ({
  address,
  sign: (text) => sign(personalMessageDigest(text), secret),
});

type Answer = Awaited<ReturnType<TestBrowser["post"]>>;

interface Changes {
  readonly message?: Partial<SignInMessage>;
  readonly text?: (text: string) => string;
  readonly signature?: Uint8Array;
}

/** Gets a nonce, has the wallet sign, and sends it. */
async function answer(
  world: PortalWorld,
  browser: TestBrowser,
  wallet: Wallet,
  purpose: SignInMessage["purpose"],
  changes: Changes = {},
): Promise<Answer> {
  const { json } = await browser.post(`${WALLETS}/nonce`);
  const given = json as { nonce: string; issued: UnixSeconds; expires: UnixSeconds };
  const plain = printSignInMessage({
    purpose,
    origin: world.url,
    account: wallet.address,
    chainId: world.node.ledger.identity.chainId,
    ...given,
    ...changes.message,
  });
  const message = changes.text?.(plain) ?? plain;
  const signature = toBase64url(changes.signature ?? wallet.sign(message));
  return browser.post(`${WALLETS}/${purpose}`, { message, signature });
}

describe("a wallet", () => {
  it("is offered by the node", async () => {
    const world = await open();
    expect((await world.browser().get("/portal/v1/config")).json).toMatchObject({
      signIn: ["passkey", "wallet", "demo"],
    });
  });

  it("that was linked to an account signs in to it, from any browser, and is nobody before and after", async () => {
    const world = await open();
    const wallet = keyed(own);
    const stranger = world.browser();
    expect((await answer(world, stranger, wallet, "sign-in")).json).toMatchObject({
      status: 401,
      code: "sign-in-failed",
    });
    const patient = await signedIn(world);
    const { json: linked } = await answer(world, patient, wallet, "link");
    const name = toBase64url(fromHex(`0x${walletLogin(wallet.address)}`));
    expect(linked).toMatchObject({ how: "demo", wallets: [{ wallet: name }] });
    // The same again changes nothing.
    expect((await answer(world, patient, wallet, "link")).json).toMatchObject({
      wallets: [{ wallet: name }],
    });

    const elsewhere = world.browser();
    const { json: session } = await answer(world, elsewhere, wallet, "sign-in");
    const { account } = linked as { account: string };
    expect(session).toMatchObject({ how: "wallet", account, kind: "patient" });
    expect((await elsewhere.get(SESSION)).json).toMatchObject({ how: "wallet", account });

    expect((await patient.post(`${WALLETS}/removal`, { wallet: name })).json).toMatchObject({ wallets: [] });
    // Whoever had the wallet is out.
    expect((await elsewhere.get(SESSION)).status).toBe(401);
    expect((await patient.get(SESSION)).status).toBe(200);
    expect((await answer(world, stranger, wallet, "sign-in")).json).toMatchObject({ code: "sign-in-failed" });
    expect((await patient.post(`${WALLETS}/removal`, { wallet: name })).status).toBe(404);
  });

  it("stands in the database as a hash", async () => {
    const world = await open();
    const patient = await signedIn(world);
    await answer(world, patient, keyed(own), "link");
    const rows = JSON.stringify(await world.node.db.query("select * from portal_logins"));
    expect(rows).toContain(walletLogin(own.address));
    expect(rows.toLowerCase()).not.toContain(own.address.slice(2));
    expect(world.lines.join("\n").toLowerCase()).not.toContain(own.address.slice(2));
  });

  it("is of one account, and an account has eight at most", async () => {
    const world = await open();
    const patient = await signedIn(world);
    await answer(world, patient, keyed(own), "link");
    const doctor = await signedIn(world, "doctor");
    expect((await answer(world, doctor, keyed(own), "link")).json).toMatchObject({
      status: 409,
      code: "wallet-taken",
    });
    for (let i = 0; i < 7; i++) {
      const { status } = await answer(world, patient, keyed(signerNamed(`wallet ${i}`)), "link");
      expect(status).toBe(200);
    }
    expect((await answer(world, patient, keyed(other), "link")).json).toMatchObject({
      status: 409,
      code: "too-many-wallets",
    });
    expect((await answer(world, patient, keyed(own), "link")).status).toBe(200);
  });

  it("gives its signature with v as 0 or 1 as well", async () => {
    const world = await open();
    const patient = await signedIn(world);
    const low: Wallet = {
      address: own.address,
      sign: (text) => {
        const signature = sign(personalMessageDigest(text), own.secret);
        signature[64] = (signature[64] as number) - 27;
        return signature;
      },
    };
    expect((await answer(world, patient, low, "link")).status).toBe(200);
  });
});

describe("what a wallet signed", () => {
  const refused: readonly (readonly [string, (world: PortalWorld) => Changes])[] = [
    ["by another key", () => ({ signature: sign(personalMessageDigest("x"), other.secret) })],
    ["for another chain", () => ({ message: { chainId: 1 } })],
    ["at another origin", () => ({ message: { origin: "https://evil.example" } })],
    ["for linking", () => ({ message: { purpose: "link" } })],
    ["with a nonce that nobody gave", () => ({ message: { nonce: "0".repeat(32) } })],
    ["with a later end", ({ clock }) => ({ message: { expires: (clock.time + 3600) as UnixSeconds } })],
    ["as of another time", ({ clock }) => ({ message: { issued: (clock.time - 1) as UnixSeconds } })],
    ["of another account", () => ({ message: { account: other.address } })],
    ["and was changed", () => ({ text: (text) => `${text}\nRequest ID: 1` })],
    [
      "with an address in lower case",
      () => ({ text: (text) => text.replace(/0x[0-9a-fA-F]{40}/, own.address) }),
    ],
  ];
  it.each(refused)("%s is refused with the one code", async (_, changes) => {
    const world = await open();
    await answer(world, await signedIn(world), keyed(own), "link");
    const browser = world.browser();
    const { json } = await answer(world, browser, keyed(own), "sign-in", changes(world));
    expect(json).toMatchObject({ status: 401, code: "sign-in-failed" });
    expect(browser.cookies.size).toBe(0);
  });

  it("counts once, and for five minutes", async () => {
    const world = await open();
    await answer(world, await signedIn(world), keyed(own), "link");
    const browser = world.browser();
    const begin = async (): Promise<{ message: string; signature: string }> => {
      const { json } = await browser.post(`${WALLETS}/nonce`);
      const given = json as { nonce: string; issued: UnixSeconds; expires: UnixSeconds };
      const { chainId } = world.node.ledger.identity;
      const message = printSignInMessage({
        purpose: "sign-in",
        origin: world.url,
        account: own.address,
        chainId,
        ...given,
      });
      return { message, signature: toBase64url(sign(personalMessageDigest(message), own.secret)) };
    };
    const once = await begin();
    expect((await browser.post(`${WALLETS}/sign-in`, once)).status).toBe(200);
    expect((await browser.post(`${WALLETS}/sign-in`, once)).status).toBe(401);
    const late = await begin();
    world.clock.time += 300;
    expect((await browser.post(`${WALLETS}/sign-in`, late)).status).toBe(401);
  });

  it("for linking links to the account for which it was asked, and to no other", async () => {
    const world = await open();
    const patient = await signedIn(world);
    const doctor = await signedIn(world, "doctor");
    const { json } = await doctor.post(`${WALLETS}/nonce`);
    const given = json as { nonce: string; issued: UnixSeconds; expires: UnixSeconds };
    const { json: refusal } = await answer(world, patient, keyed(own), "link", { message: given });
    expect(refusal).toMatchObject({ status: 401, code: "sign-in-failed" });
  });

  it("is slowed by its account after five failures, and goes on after a while", async () => {
    const world = await open();
    await answer(world, await signedIn(world), keyed(own), "link");
    const browser = world.browser();
    const wrong = { signature: sign(personalMessageDigest("x"), other.secret) };
    for (let i = 0; i < 5; i++) await answer(world, browser, keyed(own), "sign-in", wrong);
    expect((await answer(world, browser, keyed(own), "sign-in")).json).toMatchObject({
      status: 429,
      code: "rate-limited",
    });
    world.clock.time += 60;
    expect((await answer(world, browser, keyed(own), "sign-in")).status).toBe(200);
  });
});

describe("an account that is a contract", () => {
  it("signs in before it stands (ERC-6492) and after (ERC-1271)", async () => {
    const world = await open();
    const made = contractAccount(other.address);
    const inside = keyed(other);
    const counterfactual: Wallet = {
      address: made.address,
      sign: (text) => fromHex(made.wrap(inside.sign(text))),
    };
    const patient = await signedIn(world);
    expect((await answer(world, patient, { ...inside, address: made.address }, "link")).status).toBe(401);
    expect((await answer(world, patient, counterfactual, "link")).status).toBe(200);
    expect((await answer(world, world.browser(), counterfactual, "sign-in")).status).toBe(200);
    await made.deploy(anvil.rpcUrl);
    const standing: Wallet = { address: made.address, sign: inside.sign };
    expect((await answer(world, world.browser(), standing, "sign-in")).status).toBe(200);
    const thief: Wallet = { address: made.address, sign: keyed(own).sign };
    expect((await answer(world, world.browser(), thief, "sign-in")).status).toBe(401);
  });

  it("is told so where the engine runs none, and accounts with a key sign in all the same", async () => {
    const { noContractAccounts } = await import("@anamnesis/ledger/noContractAccounts");
    const world = await open({ accounts: noContractAccounts });
    const patient = await signedIn(world);
    expect((await answer(world, patient, keyed(own), "link")).status).toBe(200);
    const made = contractAccount(other.address);
    expect(
      (await answer(world, patient, { ...keyed(other), address: made.address }, "link")).json,
    ).toMatchObject({
      status: 422,
      code: "contract-accounts-unsupported",
    });
  });
});
