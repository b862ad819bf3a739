import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { signCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { hasCode } from "@anamnesis/core/errors";
import { domainHash } from "@anamnesis/core/encoding/hash";
import { encodeEvidence } from "@anamnesis/core/evidence/evidence";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import { exchangeRoutes, type Health } from "@anamnesis/api/routes/exchange";
import type { OrganisationKey } from "@anamnesis/cli/demo/cast";
import { until } from "@anamnesis/cli/demo/until";
import { readActorKeys } from "@anamnesis/cli/files/keyFiles";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { runCli } from "@anamnesis/cli/testing/runCli";
import { openKeystore } from "@anamnesis/node/keystore/keystore";
import { freePort } from "@anamnesis/node/testing/freePort";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KillableConsortium } from "./kill/killableConsortium.ts";
import { CommandProcess, stopAll } from "./runDemo.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 600_000;
/** What does not come about by then does not come: said by its name, before the test's time is over. */
const SOON = 150_000;

let consortium: KillableConsortium;
let folder = "";
let env: Readonly<Record<string, string>> = {};
let patient: readonly string[] = [];

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

/** Says what it waited for and what it saw last: the runner prints no error's details. */
async function becomes<T>(
  what: string,
  look: () => Promise<T | null>,
  state: () => string = () => "",
): Promise<T> {
  try {
    return await until({ what, deadline: SOON, pause: 300 }, look);
  } catch (error) {
    if (!hasCode(error, "demo-timeout")) throw error;
    return expect.unreachable(`${what} within ${SOON} ms; last: ${state()}`);
  }
}

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

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "governance-"));
  consortium = await KillableConsortium.start();
  await consortium.form();
  env = { ANAMNESIS_PASSPHRASE_FILE: consortium.state.passphrase };
  const { nodes, people } = consortium.world;
  patient = ["--keys", at("patient.age"), "--node", nodes.north.url];
  const homes = [nodes.north.organisation, nodes.south.organisation];
  await run("enrol", ...patient, "--kit", at("kit"), "--home", ...homes);
  await run("permit", ...patient, "--organisation", nodes.north.organisation, "--out", at("admission"));
  expect(await importPatient("one", "urn:uuid:6f1c1f0e-5a53-4f6b-9f0f-0d6c1a000003")).toMatchObject({
    sealed: 1,
  });
  await run("consent", "grant", ...patient, "--kind", "general", "--grantee", actorOf(people.doctor));
}, LONG);
afterAll(async () => {
  await stopAll();
  await consortium.stop();
  await rm(folder, { recursive: true, force: true });
}, LONG);

const administratorOf = (key: OrganisationKey): Administrator => ({
  url: consortium.world.nodes[key].url,
  admin: keyFile(`administrator-${key}`),
});

let read = 0;
/** Opens as a practitioner of the second hospital: how many records, or the code of the error. */
async function openAs(actor: string): Promise<number | string> {
  const reader = ["--actor", actor, "--node", consortium.world.nodes.south.url];
  const kept = ["--out", at(`read-${read++}`), "--evidence", at("kept"), "--json"];
  const { exitCode, stdout, stderr } = await runCli(["open", ...reader, ...kept], env);
  if (exitCode !== 0) return /code: (\S+)/.exec(stderr)?.[1] ?? stderr;
  const { records, refused, liars } = JSON.parse(stdout) as {
    records: readonly unknown[];
    refused: number;
    liars: readonly unknown[];
  };
  expect(liars).toEqual([]);
  // A record that stands on one node's copy of the ledger may be in none of another's blocks yet.
  return refused === 0 ? records.length : `${refused} refused: ${stderr}`;
}

/** A bundle of one patient, written and imported by the first hospital's device. */
async function importPatient(name: string, subject: string): Promise<Record<string, unknown>> {
  const resource = { resourceType: "Patient", id: name, name: [{ family: "Test" }] };
  const entry = [{ fullUrl: subject, resource }];
  await writeFile(at(`${name}.json`), JSON.stringify({ resourceType: "Bundle", type: "collection", entry }));
  const { url } = consortium.world.nodes.north;
  const device = ["--device", keyFile("importer"), "--admission", at("admission"), "--node", url];
  const source = ["--system", "urn:test:governance", "--journal", at("journal")];
  return run("import", at(`${name}.json`), ...device, ...source);
}

it(
  "a member gets other keys by vote: it goes on with them, and what it signed before stays good",
  async () => {
    const { nodes } = consortium.world;
    const files = consortium.state.node("north");
    const [north, laboratory] = [administratorOf("north"), administratorOf("laboratory")];
    const ledger = ["--ledger", files.config];
    const audits = (): Promise<Record<string, unknown>> => {
      let last = "";
      return becomes(
        "a clean look at the log",
        async () => {
          const look = ["audit", nodes.north.url, "--state", at("audit"), ...ledger, "--json"];
          const { exitCode, stdout, stderr } = await runCli(look, env);
          last = `${stdout}${stderr}`;
          return exitCode === 0 ? (JSON.parse(stdout) as Record<string, unknown>) : null;
        },
        () => last,
      );
    };
    const accesses = (): Promise<unknown> =>
      run("receipts", ...patient, ...ledger, "--evidence", at("kept"), "--kind", "general");
    let last: number | string = 0;
    const doctorReads = (count: number): Promise<true> =>
      becomes(
        `${count} records`,
        async () => ((last = await openAs(keyFile("doctor"))) === count ? true : null),
        () => String(last),
      );
    const healthOf = (): Promise<Health> =>
      connect(systemRuntime, nodes.north.url, null).call(exchangeRoutes.health, {}, undefined);

    // Of three custodians two open: with one down, the one that is looked at has to be among them.
    const withoutLaboratory = async (work: () => Promise<unknown>): Promise<void> => {
      await consortium.kill("laboratory");
      await work();
      await consortium.restart("laboratory");
      await consortium.ready();
    };
    await withoutLaboratory(() => doctorReads(1));
    await accesses();
    const before = await audits();

    const own = { ANAMNESIS_PASSPHRASE_FILE: files.passphrase };
    const next = async (out: string): Promise<Record<string, unknown>> => {
      const folder = ["--data", files.data, "--node", nodes.south.url, "--out", at(out), "--json"];
      const { exitCode, stdout } = await runCli(["node", "keys", "next", ...folder], own);
      expect(exitCode).toBe(0);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const offer = await next("offer");
    expect(offer["organisation"]).toBe(nodes.north.organisation);
    // They are made once.
    expect(await next("offer-again")).toEqual(offer);
    await decide(north, [laboratory], "rotate-key", "--offer", at("offer"));
    const shown = await runCli(["consortium", "status", "--all", ...flagsOf(laboratory)], env);
    expect(shown.stdout).toContain(`give Hospital Northbank the key ${String(offer["signer"])}`);

    // The process has the keys that it read at its start: it takes records, and says what it lacks.
    expect((await healthOf()).checks["keys"]).toMatchObject({ ok: false });
    expect(await importPatient("two", "urn:uuid:6f1c1f0e-5a53-4f6b-9f0f-0d6c1a000004")).toMatchObject({
      sealed: 1,
    });
    await consortium.organisations.nodes.north.stop();
    await consortium.restart("north");
    await becomes("the member's node with its new keys", async () =>
      (await healthOf().catch(() => null))?.checks["keys"]?.detail === offer["signer"] ? true : null,
    );
    expect(
      await connect(systemRuntime, nodes.north.url, null).call(exchangeRoutes.node, {}, undefined),
    ).toMatchObject({
      organisation: nodes.north.organisation,
      keyCard: offer["keyCard"],
    });
    expect(await importPatient("three", "urn:uuid:6f1c1f0e-5a53-4f6b-9f0f-0d6c1a000005")).toMatchObject({
      sealed: 1,
    });
    await withoutLaboratory(() => doctorReads(3));

    await accesses();
    expect((await audits())["log"]).not.toEqual(before["log"]);

    const keys = await openKeystore(
      join(files.data, "keystore.age"),
      (await readFile(files.passphrase, "utf8")).trim(),
    );
    const [keyCard, ...laterCards] = keys.cards as [KeyCard, ...KeyCard[]];
    const accused = nodes.north.organisation;
    const origin = logOrigin(accused);
    const headWith = async (card: KeyCard, text: string) => {
      keys.use(keyCardDigest(card));
      const root = domainHash("a root of the test", utf8ToBytes(text));
      const checkpoint = await signCheckpoint({ origin, size: 7, root }, card.ed25519, keys.signMessage);
      return { checkpoint, entry: null };
    };
    const first = await headWith(keyCard, "one story");
    const second = await headWith(laterCards[0] ?? expect.unreachable("a later card"), "another");
    const about = { accused, keyCard, laterCards, first, second, index: null };
    await writeFile(at("fork.cbor"), encodeEvidence({ kind: "conflicting-heads", ...about }));
    const alone = await runCli(["evidence", at("fork.cbor"), "--json"], env);
    expect(JSON.parse(alone.stdout)).toMatchObject({ proven: false, flaw: "unknown-keys" });
    expect(await run("evidence", at("fork.cbor"), ...ledger)).toMatchObject({ proven: true, accused });
  },
  LONG,
);

it(
  "three members admit a fourth; a suspended one's doctor is refused by the custodians until it is reinstated",
  async () => {
    const { nodes } = consortium.world;
    const [north, laboratory] = [administratorOf("north"), administratorOf("laboratory")];
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

    const open = (): Promise<number | string> => openAs(keyFile("doctor"));
    const opens = (): Promise<true> =>
      becomes("records", async () => (typeof (await open()) === "number" ? true : null));
    await opens();
    const south = nodes.south.organisation;
    await decide(north, [laboratory, west], "suspend", south);
    expect(await open()).toBe("not-opened");
    const shown = await runCli(["consortium", "status", ...flagsOf(north)], env);
    expect(shown.stdout).toMatch(/Hospital Southgate +hospital +suspended +custodian/);
    await decide(laboratory, [west], "reinstate", south);
    // Each custodian answers again from when its own copy has the block.
    await opens();
    await running.stop();
  },
  LONG,
);

it(
  "a practitioner gets other keys and keeps the id: the earlier ones open nothing, the new ones what is granted to them",
  async () => {
    const { nodes, people } = consortium.world;
    const id = actorOf(people.doctor);
    const as = ["--subject", "practitioner", "--name", people.doctor.card.name];
    const belongs = ["--organisation", nodes.south.organisation, "--actor", id];
    const made = await run("keys", "create", ...as, ...belongs, "--out", at("doctor.age"));
    expect(made["actor"]).toBe(id);
    expect(await openAs(at("doctor.age"))).toBeTypeOf("string");
    const card = ["--card", at("doctor.age.card")];
    await run("directory", "rotate", id, ...card, ...flagsOf(administratorOf("south")));
    for (const key of ["north", "south", "laboratory"] as const) {
      await becomes(`the new card at ${key}`, async () => {
        const found = await run<readonly { readonly actor: string; readonly keyCard: string }[]>(
          "directory",
          "list",
          "--node",
          nodes[key].url,
        );
        return found.find(({ actor }) => actor === id)?.keyCard === made["keyCard"] ? true : null;
      });
    }
    expect(await openAs(keyFile("doctor"))).toBeTypeOf("string");
    expect(await openAs(at("doctor.age"))).toBeTypeOf("string");
    await run("consent", "grant", ...patient, "--kind", "general", "--grantee", id);
    await becomes("records by the new keys", async () =>
      typeof (await openAs(at("doctor.age"))) === "number" ? true : null,
    );
    expect(await openAs(keyFile("doctor"))).toBeTypeOf("string");
  },
  LONG,
);
