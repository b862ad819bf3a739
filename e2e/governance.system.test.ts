import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { OrganisationKey } from "@anamnesis/cli/demo/cast";
import { until } from "@anamnesis/cli/demo/until";
import { readActorKeys } from "@anamnesis/cli/files/keyFiles";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { runCli } from "@anamnesis/cli/testing/runCli";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KillableConsortium } from "./kill/killableConsortium.ts";
import { CommandProcess, stopAll } from "./runDemo.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 300_000;

let consortium: KillableConsortium;
let folder = "";
let env: Readonly<Record<string, string>> = {};

const at = (name: string): string => join(folder, name);
const keyFile = (name: string): string => join(consortium.state.keys, `${name}.age`);

/** Runs a command that has to succeed. */
async function run<T = Record<string, unknown>>(...args: readonly string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await runCli([...args, "--json"], env);
  expect([args.slice(0, 2), exitCode, stderr]).toEqual([args.slice(0, 2), 0, expect.any(String)]);
  return JSON.parse(stdout) as T;
}

/** A member's node and the key file of its administrator. */
interface Administrator {
  readonly url: string;
  readonly admin: string;
}

const flagsOf = ({ url, admin }: Administrator): readonly string[] => ["--node", url, "--admin", admin];

async function statusOf({ url, admin }: Administrator): Promise<ConsortiumStatus> {
  const passphrase = (await readFile(consortium.state.passphrase, "utf8")).trim();
  const { ed25519 } = await readActorKeys(admin, { passphrase });
  return connect(systemRuntime, url, httpSigner(ed25519)).call(adminRoutes.consortiumStatus, {}, undefined);
}

const becomes = <T>(what: string, look: () => Promise<T | null>): Promise<T> =>
  until({ what, deadline: LONG, pause: 300 }, look);

/** One proposes, the others agree once they see it, and everyone sees that it was carried out. */
async function decide(
  proposer: Administrator,
  voters: readonly Administrator[],
  ...action: readonly string[]
): Promise<void> {
  const { proposal } = await run("consortium", "propose", ...action, ...flagsOf(proposer));
  const seen = (who: Administrator, state: string): Promise<true> =>
    becomes(`a proposal that is ${state}`, async () =>
      (await statusOf(who)).proposals.some((item) => item.proposal === proposal && item.state === state)
        ? true
        : null,
    );
  for (const voter of voters) {
    await seen(voter, "open");
    await run("consortium", "vote", String(proposal), "yes", ...flagsOf(voter));
  }
  for (const who of [proposer, ...voters]) await seen(who, "carried-out");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => void server.close(closed));
  return typeof address === "object" && address !== null ? address.port : expect.unreachable("a TCP server");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "governance-"));
  consortium = await KillableConsortium.start();
  await consortium.form();
  env = { ANAMNESIS_PASSPHRASE_FILE: consortium.state.passphrase };
  const { nodes, people } = consortium.world;
  const patient = ["--keys", at("patient.age"), "--node", nodes.north.url];
  const homes = [nodes.north.organisation, nodes.south.organisation];
  await run("enrol", ...patient, "--kit", at("kit"), "--home", ...homes);
  await run("permit", ...patient, "--organisation", nodes.north.organisation, "--out", at("admission"));
  const subject = "urn:uuid:6f1c1f0e-5a53-4f6b-9f0f-0d6c1a000003";
  const resource = { resourceType: "Patient", id: "p1", name: [{ family: "Test" }] };
  const entry = [{ fullUrl: subject, resource }];
  await writeFile(at("one.json"), JSON.stringify({ resourceType: "Bundle", type: "collection", entry }));
  const device = ["--device", keyFile("importer"), "--admission", at("admission"), "--node", nodes.north.url];
  const source = ["--system", "urn:test:governance", "--journal", at("journal")];
  expect(await run("import", at("one.json"), ...device, ...source)).toMatchObject({ sealed: 1 });
  await run("consent", "grant", ...patient, "--kind", "general", "--grantee", actorOf(people.doctor));
}, LONG);
afterAll(async () => {
  await stopAll();
  await consortium.stop();
  await rm(folder, { recursive: true, force: true });
}, LONG);

it(
  "three members admit a fourth; a suspended one's doctor is refused by the custodians until it is reinstated",
  async () => {
    const { nodes } = consortium.world;
    const of = (key: OrganisationKey): Administrator => ({
      url: nodes[key].url,
      admin: keyFile(`administrator-${key}`),
    });
    const [north, laboratory] = [of("north"), of("laboratory")];
    const data = at("west");
    await run("node", "init", "--data", data, "--name", "Clinic Westgate");
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const entrant = ["--data", data, "--kind", "clinic", "--endpoint", url, "--out", at("join")];
    const asked = await run("consortium", "join", "--node", north.url, ...entrant);
    await run("consortium", "join", "--request", at("join"), ...flagsOf(north));
    await becomes("a request to join", async () =>
      (await statusOf(north)).requests.some(({ request }) => request === asked["request"]) ? true : null,
    );
    await decide(north, [laboratory], "admit", String(asked["request"]));
    for (const key of ["north", "south", "laboratory"] as const) {
      await becomes(`a fourth member at ${key}`, async () => {
        const client = connect(systemRuntime, nodes[key].url, null);
        const { members } = await client.call(exchangeRoutes.directory, {}, undefined);
        return members.some((member) => member.endpoint === url && member.status === "active") ? true : null;
      });
    }

    const west: Administrator = { url, admin: at("west-admin.age") };
    const named = ["--subject", "staff", "--name", "Administrator", "--organisation"];
    const organisation = String(asked["organisation"]);
    const made = await run("keys", "create", ...named, organisation, "--out", west.admin);
    const config = JSON.parse(await readFile(consortium.state.node("north").config, "utf8")) as object;
    const own = { dataDir: data, port, publicUrl: url, admins: [made["administrator"]] };
    await writeFile(at("west.json"), JSON.stringify({ ...config, ...own }));
    const running = new CommandProcess(["node", "run", "--config", at("west.json")], env);
    await running.until("started");
    const { members } = await becomes("the fourth node's copy of the ledger", async () => {
      const status = await statusOf(west).catch(() => null);
      return status?.members.length === 4 ? status : null;
    });
    expect(members.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => "active"));

    let read = 0;
    const open = async (): Promise<string> => {
      const reader = ["--actor", keyFile("doctor"), "--node", nodes.south.url];
      const { exitCode, stderr } = await runCli(["open", ...reader, "--out", at(`read-${read++}`)], env);
      return exitCode === 0 ? "opened" : (/code: (\S+)/.exec(stderr)?.[1] ?? stderr);
    };
    expect(await becomes("records", async () => ((await open()) === "opened" ? "opened" : null))).toBe(
      "opened",
    );
    const south = nodes.south.organisation;
    await decide(north, [laboratory, west], "suspend", south);
    expect(await open()).toBe("not-opened");
    const shown = await runCli(["consortium", "status", ...flagsOf(north)], env);
    expect(shown.stdout).toMatch(/Hospital Southgate +hospital +suspended +custodian/);
    await decide(laboratory, [west], "reinstate", south);
    // Each custodian answers again from when its own copy has the block.
    expect(await becomes("records again", async () => ((await open()) === "opened" ? "opened" : null))).toBe(
      "opened",
    );
    await running.stop();
  },
  LONG,
);
