import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fetch } from "@anamnesis/api/client";
import { type DemoIdentity, portalRoutes } from "@anamnesis/api/routes/portal";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { ownerAccess } from "@anamnesis/sdk/access";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { openVault, type PortalVault, sealVault } from "@anamnesis/sdk/keys/vault";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { connect, httpSigner, type Runtime } from "@anamnesis/sdk/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandProcess, stopAll } from "./runDemo.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 600_000;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "portal-"));
});
afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

/** What a browser adds to each request of a page: the page's origin, and the cookies that it was given. */
function browserRuntime(): Runtime {
  let cookie = "";
  const browse: Fetch = async (url, init) => {
    const headers = { ...init.headers, origin: new URL(url).origin, ...(cookie === "" ? {} : { cookie }) };
    const answer = await fetch(url, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) cookie = line.split(";")[0] ?? "";
    return answer;
  };
  return {
    fetch: browse,
    now: () => Math.floor(Date.now() / 1000) as UnixSeconds,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    sleep: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
  };
}

interface Opened {
  readonly identity: DemoIdentity;
  readonly vault: PortalVault;
}

/** Signs in at a portal as each of its people and opens their vaults. */
async function openAll(endpoint: string): Promise<readonly Opened[]> {
  const people = await connect(browserRuntime(), endpoint, null).call(
    portalRoutes.demoIdentities,
    {},
    undefined,
  );
  return Promise.all(
    people.map(async (identity) => {
      const runtime = browserRuntime();
      const node = connect(runtime, endpoint, null);
      const { vaultKey: key, account } = await node.call(portalRoutes.demoSignIn, {}, { id: identity.id });
      const { sealed, version } = await node.call(portalRoutes.portalVault, {}, undefined);
      const vault = await openVault({ sealed, key, account });
      // What the page keeps, the next sign-in finds.
      const again = await sealVault({ vault, key, account, random: runtime.random });
      const put = { version, sealed: again };
      expect(await node.call(portalRoutes.putPortalVault, {}, put)).toEqual({ version: version + 1 });
      return { identity, vault };
    }),
  );
}

describe("the demo's portal", () => {
  it(
    "has a patient with records, a doctor with a grant, a pathologist and an administrator, at three nodes",
    { timeout: LONG },
    async () => {
      const [login, clientSecretFile] = [join(folder, "oidc.json"), join(folder, "secret")];
      await writeFile(clientSecretFile, "a secret of forty characters, at least so");
      await writeFile(
        login,
        JSON.stringify({ issuer: "http://localhost:1", clientId: "anamnesis", clientSecretFile }),
      );
      const state = ["--state", join(folder, "state")];
      const demo = new CommandProcess(["demo", ...state, "--quick", "--oidc", login]);
      const shown = await demo.until("Ctrl-C stops");
      expect(shown).toContain("The portal is open.");
      // The first lines are where the portal is and who is there; then come the steps, then both again.
      const said = [...shown.matchAll(/^ {4}(http:\/\/localhost:\d+)\/ /gm)].map(([, url]) => url ?? "");
      const urls = said.slice(0, 3);
      expect(said).toEqual([...urls, ...urls]);
      const lines = shown.split("\n");
      expect(lines[0]).toContain(`${urls[0]}/ `);
      const first = lines.slice(0, lines.indexOf("")).join("\n");
      expect(shown.indexOf(first)).toBeLessThan(shown.indexOf("Anamnesis:"));
      // The first hospital's own login, which stands in no other one's portal.
      const { portalConfig } = portalRoutes;
      const ways = urls.map(async (url) => {
        const { signIn } = await connect(browserRuntime(), url, null).call(portalConfig, {}, undefined);
        return signIn.includes("oidc");
      });
      expect(await Promise.all(ways)).toEqual([true, false, false]);
      const opened = (await Promise.all(urls.map(openAll))).flat();
      const vaultOf = (role: DemoIdentity["role"], name = ""): PortalVault => {
        const found = opened.find(({ identity }) => identity.role === role && identity.name.includes(name));
        return found?.vault ?? expect.unreachable(role);
      };
      for (const { identity } of opened) {
        const person = `${identity.name}: ${identity.sentence}`;
        expect(first).toContain(person);
        expect(shown.slice(shown.indexOf("The portal is open."))).toContain(person);
      }

      const runtime = browserRuntime();
      const [north = "", south = ""] = urls;
      const consortium = await loadConsortium({ runtime, endpoint: north });
      const { patient, homes } = vaultOf("patient");
      expect(homes).toHaveLength(2);
      const access = ownerAccess(patient ?? expect.unreachable("keys"), "general");
      const listing = await listRecords({ runtime, consortium, access, purpose: "PATRQT" });
      expect(listing.records.length).toBeGreaterThan(20);
      expect(listing.records.every(({ anchor }) => anchor !== null)).toBe(true);

      const { actor } = vaultOf("doctor", "Ada");
      const keys = actor ?? expect.unreachable("keys");
      const node = connect(runtime, south, httpSigner(keys.ed25519));
      const { grants } = await listGrants({ node, keys, identity: consortium.identity });
      expect(grants.filter(({ content }) => content.opening.kind === "general").length).toBeGreaterThan(0);
      expect(vaultOf("laboratory").actor?.card.name).toBe("Dr. Eva Eastgate");
      expect(vaultOf("administrator").admin).toEqual(vaultOf("administrator").actor?.ed25519);

      // A page of one member's node may call another one's.
      const { headers } = await fetch(`${south}/v1/access/headers`, {
        method: "OPTIONS",
        headers: { origin: north, "access-control-request-method": "POST" },
      });
      expect(headers.get("access-control-allow-origin")).toBe(north);
      expect(await (await fetch(`${north}/`, { headers: { accept: "text/html" } })).text()).toMatch(
        /^<!doctype html>/i,
      );
      expect((await demo.stop()).exitCode).toBe(0);
    },
  );
});
