import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "@anamnesis/cli/testing/runCli";
import {
  type OrganisationProvider,
  startOrganisationProvider,
} from "@anamnesis/node/portal/organisationLogin/testing/organisationProvider";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./pages/axe.ts";
import { addAuthenticator, launchChromium, newVisitor, type Visitor } from "./pages/chromium.ts";
import { testedChromium } from "./pages/testedChromium.ts";
import { confirmKit, readKit } from "./pages/kit.ts";
import { press, tabTo } from "./pages/keyboard.ts";
import { type PortalWorld, startPortalWorld } from "./pages/portalWorld.ts";
import { sayPagesOfFailures } from "./pages/sayPages.ts";
import { shoot } from "./pages/shots.ts";

const LONG = 600_000;
/** Milliseconds for what opens or signs; a machine with other work takes several times as long as an idle one. */
const SOON = 120_000;

const chromium = testedChromium("THE FRONT DESK");

describe.skipIf(chromium === null)("the front desk and the administrator, on the demo's consortium", () => {
  let world: PortalWorld;
  let provider: OrganisationProvider;
  let folder: string;
  let browser: Browser;
  sayPagesOfFailures(() => browser);
  let administrator: Visitor;
  let frida: Visitor;

  const visit = async (options: Parameters<Browser["newContext"]>[0] = {}): Promise<Visitor> => {
    const visitor = await newVisitor(browser, [...world.origins, provider.issuer], options);
    visitor.page.setDefaultTimeout(SOON);
    return visitor;
  };
  /** Makes keys for a new member of staff; the page waits for the administrator then. */
  const joinAs = async (name: string, role: string): Promise<{ visitor: Visitor; code: string }> => {
    const visitor = await visit();
    const { page } = visitor;
    await addAuthenticator(page);
    await page.goto(world.north);
    await page.getByRole("link", { name: "I work here" }).click();
    await tabTo(page, page.getByLabel("Your name, as patients and colleagues know it"));
    await page.keyboard.type(name);
    await page.getByLabel(role).check();
    await shoot(page, "join");
    expect(await axeViolations(page)).toEqual([]);
    await press(page, page.getByRole("button", { name: "Make a passkey and my keys" }));
    const code = await page.getByLabel("Your registration code").locator(".code").innerText();
    expect(code).toMatch(/^AR1(-[0-9A-Z]{4}){8}$/);
    return { visitor, code };
  };

  beforeAll(async () => {
    provider = await startOrganisationProvider();
    folder = await mkdtemp(join(tmpdir(), "login-"));
    const clientSecretFile = join(folder, "secret");
    await writeFile(clientSecretFile, provider.secret);
    const { issuer, clientId } = provider;
    [browser, world] = await Promise.all([
      launchChromium(chromium ?? ""),
      startPortalWorld({ issuer, clientId, clientSecretFile }),
    ]);
    provider.register([world.north]);
    administrator = await visit();
    const { page } = administrator;
    await page.goto(world.north);
    const person = page
      .getByRole("listitem")
      .filter({ has: page.getByText("Administrator", { exact: true }) });
    await person.getByRole("button", { name: /^Go in as / }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    await provider?.close();
    await rm(folder, { recursive: true, force: true });
  }, LONG);

  it(
    "registers a doctor and a member of the desk, whose keys never leave their browsers",
    async () => {
      const { page } = administrator;
      const desk = await joinAs("Frida Northbank", "Front desk or office");
      frida = desk.visitor;
      await shoot(frida.page, "join-waiting");
      expect(await axeViolations(frida.page)).toEqual([]);
      // By the code's link, as from the camera of a phone.
      await page.goto(`${world.north}/organisation?register=${desk.code}`);
      await press(page, page.getByRole("button", { name: "Look up" }));
      await page.getByText("Frida Northbank, Front desk or office").waitFor();
      await shoot(page, "administrator-register");
      expect(await axeViolations(page)).toEqual([]);
      await press(page, page.getByRole("button", { name: "Register Frida Northbank" }));
      await frida.page.getByRole("heading", { name: "Front desk", exact: true }).waitFor();
      await page.getByRole("button", { name: "Suspend Frida Northbank" }).waitFor();

      // By hand, in small letters.
      const doctor = await joinAs("Dr. Nell Northbank", "Doctor or nurse");
      const field = page.getByLabel("Registration code");
      await field.fill("AR1-0000");
      await page.getByRole("button", { name: "Look up" }).click();
      await page.getByText("A registration code is AR1").waitFor();
      await field.fill(doctor.code.toLowerCase().replaceAll("-", " "));
      await page.getByRole("button", { name: "Look up" }).click();
      await page.getByRole("button", { name: "Register Dr. Nell Northbank" }).click();
      const nell = doctor.visitor.page;
      await nell.getByText("No patient shares anything with you yet.").waitFor();
      await nell.getByRole("link", { name: "Codes" }).first().click();
      await nell.getByRole("img", { name: "Leads a patient to share with Dr. Nell Northbank" }).waitFor();
      await shoot(nell, "codes");
      expect(await axeViolations(nell)).toEqual([]);
      // Who was registered signs in anew with the passkey alone.
      await nell.getByRole("button", { name: "Sign out" }).click();
      await nell.getByRole("button", { name: "Sign in with a passkey" }).click();
      await nell.getByText("No patient shares anything with you yet.").waitFor();
      expect([...administrator.faults, ...frida.faults, ...doctor.visitor.faults]).toEqual([]);
    },
    LONG,
  );

  it(
    "registers a patient without a device, who takes the records over with a code and a passkey",
    async () => {
      const { page } = frida;
      await page.getByText("Nobody is registered yet.").waitFor();
      await page.getByLabel("Family name").fill("Testander");
      await page.getByLabel("Given names").fill("Ola");
      await page.getByLabel("Date of birth", { exact: true }).fill("1950-02-03");
      await page.getByLabel("Our own number").fill("N-17");
      await page.getByRole("button", { name: "Register", exact: true }).dblclick();
      await page.getByText("Ola Testander is registered.").waitFor();
      const row = page.getByRole("listitem").filter({ has: page.getByText("Ola Testander") });
      await row.getByText("provisional").waitFor();
      await expect.poll(() => row.count()).toBe(1);
      await shoot(page, "desk");
      expect(await axeViolations(page)).toEqual([]);
      await administrator.page.getByText("What the node checks").click();
      await administrator.page.getByText("0 versions to seal, 0 wait").waitFor();
      await administrator.page.getByText("0 records wait").waitFor();
      await page.getByRole("button", { name: "Make a code for Ola Testander" }).click();
      const code = await page.locator(".code").innerText();
      expect(code).toMatch(/^AH1(-[0-9A-Z]{4}){8}$/);
      await shoot(page, "desk-code");
      expect(await axeViolations(page)).toEqual([]);

      const ola = await visit({ viewport: { width: 390, height: 844 } });
      const phone = ola.page;
      await addAuthenticator(phone);
      await phone.goto(`${world.north}/claim#${code}`);
      await phone.getByRole("heading", { name: "Take over your records" }).waitFor();
      expect(phone.url()).toBe(`${world.north}/claim`);
      await shoot(phone, "claim");
      expect(await axeViolations(phone)).toEqual([]);
      await phone.getByRole("button", { name: "Go on" }).click();
      await confirmKit(phone, await readKit(phone));
      await phone.getByText("Hospital Northbank hands your records over to you.").waitFor();
      await shoot(phone, "claim-take");
      expect(await axeViolations(phone)).toEqual([]);
      await phone.getByRole("button", { name: "Make a passkey and take them over" }).dblclick();
      await phone.getByRole("heading", { name: /^Good (morning|afternoon|evening), Ola/ }).waitFor();
      expect(ola.faults).toEqual([]);

      // What was used opens nothing again, and says what to do.
      const late = await visit();
      await late.page.goto(`${world.north}/claim#${code}`);
      await late.page.getByRole("button", { name: "Go on" }).click();
      await late.page.getByText("A code is used once, and this one was.").waitFor();

      await page.getByRole("button", { name: "Done, hide it" }).click();
      await page.getByLabel("Name, date of birth").fill("ola 1950-02-03");
      await page.getByLabel("Name, date of birth").press("Enter");
      await page.getByText("holds their own keys").waitFor();
      await expect.poll(() => page.getByRole("button", { name: /^Make a code/ }).count()).toBe(0);
      expect(frida.faults).toEqual([]);
    },
    LONG,
  );

  it(
    "lets staff in by their organisation's own login, which opens no keys by itself, until the organisation says no",
    async () => {
      provider.people.set("olaf", { sub: "1f0b-olaf" });
      const { visitor, code } = await joinAs("Dr. Olaf Northbank", "Doctor or nurse");
      const { page, context } = visitor;
      const signIn = page.getByRole("button", { name: "Sign in with Hospital Northbank" });
      const patients = page.getByText("No patient shares anything with you yet.");
      const logIn = async (name: string): Promise<void> => {
        await page.getByLabel("User name").fill(name);
        await page.getByRole("button", { name: "Log in" }).click();
      };
      const signOutOfBoth = async (): Promise<void> => {
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.waitForURL(`${provider.issuer}/**`);
        await page.getByRole("button", { name: "Yes, sign me out" }).click();
        await page.waitForURL(`${world.north}/sign-in**`);
      };

      await shoot(page, "login-join");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("link", { name: "You can link your organisation's login meanwhile." }).click();
      await page.getByText("Not linked.").waitFor();
      await shoot(page, "login-not-linked");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Link this login" }).dblclick();
      await logIn("olaf");
      await page.getByText(/^Linked on /).waitFor();
      expect(page.url()).toBe(`${world.north}/my-sign-in`);
      await shoot(page, "login-linked");
      expect(await axeViolations(page)).toEqual([]);

      await page.goto(world.north);
      const field = administrator.page.getByLabel("Registration code");
      await field.fill(code);
      await administrator.page.getByRole("button", { name: "Look up" }).click();
      await administrator.page.getByRole("button", { name: "Register Dr. Olaf Northbank" }).click();
      await patients.waitFor();

      // In by the passkey, out here alone; then in by the login, to the page that was wanted, without a touch.
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto(`${world.north}/codes`);
      await signIn.waitFor();
      await shoot(page, "login-sign-in");
      expect(await axeViolations(page)).toEqual([]);
      await signIn.click();
      await page.getByRole("img", { name: "Leads a patient to share with Dr. Olaf Northbank" }).waitFor();
      expect(page.url()).toBe(`${world.north}/codes`);
      // Nothing of the way is left behind.
      expect(await page.evaluate(() => sessionStorage.getItem("anamnesis-wanted"))).toBe(null);
      await signOutOfBoth();

      // As another browser: nothing of this one is left but the authenticator.
      const wipe = await context.newCDPSession(page);
      await context.clearCookies();
      for (const origin of [world.north, provider.issuer])
        await wipe.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
      await page.goto(world.north);
      await signIn.click();
      await logIn("olaf");
      await page.getByRole("heading", { name: "This browser does not have your keys yet" }).waitFor();
      await expect.poll(() => page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
      await shoot(page, "login-no-keys");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Use my passkey" }).click();
      await patients.waitFor();
      await signOutOfBoth();
      await signIn.click();
      await logIn("olaf");
      await patients.waitFor();

      // The organisation ends the login at night: the open page locks at the next step.
      const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
      const iat = Math.floor(Date.now() / 1000);
      const claims = {
        iss: provider.issuer,
        aud: provider.clientId,
        sub: "1f0b-olaf",
        jti: "1",
        iat,
        events,
      };
      const ended = await fetch(`${world.north}/portal/v1/organisation-login/logout`, {
        method: "POST",
        body: new URLSearchParams({ logout_token: await provider.sign(claims) }),
      });
      expect(ended.status).toBe(200);
      provider.people.set("olaf", { sub: "1f0b-olaf", disabled: true });
      await page.getByRole("link", { name: "Codes" }).first().click();
      await signIn.waitFor();
      // The provider's own session ended as well.
      await context.clearCookies();
      await signIn.click();
      await logIn("olaf");
      await page.getByRole("heading", { name: "Your organisation did not let you in" }).waitFor();
      await shoot(page, "login-refused");
      expect(await axeViolations(page)).toEqual([]);

      // Whom the organisation knows and nobody here.
      provider.people.set("erik", { sub: "erik" });
      await page.getByRole("link", { name: "Sign in", exact: true }).click();
      await signIn.click();
      await logIn("erik");
      await page.getByRole("heading", { name: "This login signs in to nothing here yet" }).waitFor();
      await page.reload();
      await page.getByText("Nothing came back from your organisation's login.").waitFor();
      expect(visitor.faults).toEqual([]);

      // Another organisation of the consortium has no login of its own: nothing is said of one.
      const south = await visit();
      await south.page.goto(world.south);
      await south.page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
      await expect
        .poll(() => south.page.getByRole("button", { name: /^Sign in with Hospital/ }).count())
        .toBe(0);
    },
    LONG,
  );

  it(
    "leads who opened the code of a reception desk to sharing with that organisation, after the sign-in",
    async () => {
      const rosa = await visit({ viewport: { width: 390, height: 844 } });
      const { page } = rosa;
      const config = await (await fetch(`${world.north}/portal/v1/config`)).json();
      const { organisation } = config as { readonly organisation: string };
      await page.goto(`${world.north}/sharing/new?with=${organisation}`);
      const person = page.getByRole("listitem").filter({ has: page.getByText("Patient", { exact: true }) });
      await person.getByRole("button", { name: /^Go in as / }).click();
      await page.getByText("What may Hospital Northbank read?").waitFor();
      // No other site can be put there.
      const stranger = await visit();
      await stranger.page.goto(`${world.north}/sign-in?to=//evil.example/`);
      const again = stranger.page
        .getByRole("listitem")
        .filter({ has: stranger.page.getByText("Patient", { exact: true }) });
      await again.getByRole("button", { name: /^Go in as / }).click();
      await stranger.page.getByRole("heading", { name: /^Good (morning|afternoon|evening)/ }).waitFor();
      expect([...rosa.faults, ...stranger.faults]).toEqual([]);
    },
    LONG,
  );

  it(
    "says that a part of the page could not be loaded, loads it again by itself once and then at a button",
    async () => {
      const { page } = await visit();
      const lost = /\/assets\/SignIn-[^/]*\.js$/;
      let loads = 0;
      page.on("domcontentloaded", () => void loads++);
      await page.route(lost, async (route) => route.abort());
      await page.goto(`${world.north}/sign-in`);
      await page.getByText("A part of this page could not be loaded.").waitFor();
      expect(loads).toBe(2);
      expect(await page.getByText("There is nothing at this address.").count()).toBe(0);
      await shoot(page, "not-loaded");
      expect(await axeViolations(page)).toEqual([]);
      await page.unroute(lost);
      await page.getByRole("button", { name: "Load the page again" }).click();
      await page.getByRole("heading", { name: "Your health records" }).waitFor();
    },
    LONG,
  );

  it(
    "shows what a proposal would do before the vote, brings a request to join to the ledger, and puts its admission to the vote",
    async () => {
      const { page } = administrator;
      const env = { ANAMNESIS_PASSPHRASE_FILE: join(world.state, "passphrase") };
      const run = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
        const { exitCode, stdout, stderr } = await runCli([...args, "--json"], env);
        expect([args.slice(0, 3), exitCode, stderr]).toEqual([args.slice(0, 3), 0, expect.any(String)]);
        return JSON.parse(stdout) as Record<string, unknown>;
      };
      const as = (name: "south" | "laboratory"): readonly string[] => [
        "--node",
        world[name],
        "--admin",
        join(world.state, "keys", `administrator-${name}.age`),
      ];
      await page.goto(`${world.north}/organisation`);

      // What another member proposes stands there with all that it would change; a vote is said before it is signed.
      await run("consortium", "propose", "set-parameter", "maxPause", "86400", ...as("laboratory"));
      const pause = page.getByRole("article", { name: "Change how long a pause may last" });
      await pause.getByText("Proposed by Laboratory Eastgate. Open until ").waitFor();
      expect(await pause.innerText()).toMatch(
        /Now\s+7 days\s+Then\s+1 day[^]*For it\s+Laboratory Eastgate[^]*Not voted yet\s+Hospital Northbank and Hospital Southgate\s+1 more vote for it and it is done: 2 of 3 must agree\./,
      );
      await pause.getByRole("button", { name: /^Vote against:/ }).click();
      await pause.getByText("Your organisation votes against this").waitFor();
      await pause.getByRole("button", { name: "Do not vote now" }).click();
      await pause.getByRole("button", { name: /^Vote for:/ }).click();
      await pause.getByText("With this vote it is done.").waitFor();
      await shoot(page, "organisation-vote");
      expect(await axeViolations(page)).toEqual([]);
      await pause.getByRole("button", { name: "Sign the vote" }).dblclick();
      await page.getByText("Decided or over (1)").click();
      await pause.getByText("done", { exact: true }).waitFor();
      await page.getByText("What the members have set for themselves").click();
      await page
        .getByRole("region", { name: "Members of the consortium" })
        .getByText("1 day", { exact: true })
        .waitFor();

      // A request to join, as the entrant made it with the command.
      const data = join(folder, "newgate");
      const request = join(folder, "join");
      await run("node", "init", "--data", data, "--name", "Clinic Newgate");
      const endpoint = "http://127.0.0.1:9";
      const asked = ["--kind", "clinic", "--endpoint", endpoint, "--out", request];
      await run("consortium", "join", "--node", world.north, "--data", data, ...asked);
      const file = page.getByLabel("Bring a request to the ledger");
      await file.setInputFiles({
        name: "x",
        mimeType: "application/octet-stream",
        buffer: Buffer.from("none"),
      });
      await page.getByRole("heading", { name: "That did not work" }).waitFor();
      await file.setInputFiles(request);
      const requests = page.getByRole("region", { name: "Organisations that ask to be admitted" });
      await requests.getByText("Is this the organisation that gave you the file?").waitFor();
      expect(await requests.innerText()).toMatch(
        /Clinic Newgate\s+Kind\s+Clinic\s+Its node is at\s+http:\/\/127\.0\.0\.1:9/,
      );
      await shoot(page, "organisation-request");
      expect(await axeViolations(page)).toEqual([]);
      await requests.getByRole("button", { name: "Bring it to the ledger" }).dblclick();
      await requests.getByRole("heading", { name: "Clinic Newgate" }).waitFor();

      await page.getByRole("button", { name: "Propose something" }).click();
      await page.getByLabel("Whose request?").selectOption("Clinic Newgate");
      await page.getByRole("button", { name: "Look at it before signing" }).click();
      await page.getByText("Nothing is signed yet.").waitFor();
      await shoot(page, "organisation-propose");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Sign and propose" }).dblclick();
      const admission = page.getByRole("article", { name: "Admit Clinic Newgate as a member" });
      await admission.getByText("We voted for it.").waitFor();
      await requests.getByText("There is a proposal about it.").waitFor();
      await expect.poll(() => admission.count()).toBe(1);
      await admission.getByText("The exact terms").click();
      const terms = await admission.innerText();
      const [proposal] = /Proposal\s+(0x[0-9a-f]{64})/.exec(terms)?.slice(1) ?? [];
      expect(terms).toMatch(/Key that signs\s+0x[0-9a-f]{40}\s/);
      await shoot(page, "organisation");
      await run("consortium", "vote", String(proposal), "yes", ...as("south"));
      await page
        .getByRole("region", { name: "Members of the consortium" })
        .getByRole("heading", { name: "Clinic Newgate" })
        .waitFor();
      await requests.getByText("No request waits.").waitFor();
      expect(administrator.faults).toEqual([]);
    },
    LONG,
  );
});
