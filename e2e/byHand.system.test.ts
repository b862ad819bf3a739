import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditFromOutside, verifyExport } from "./auditFromOutside.ts";
import { processesWith } from "./processesWith.ts";
import { CommandProcess, factsOf, readReport, stopAll } from "./runDemo.ts";

/** Stands in the bundle wherever a person is named. */
const CANARY = "CanaryZephyrineQuill";
/** A machine with other work takes several times as long as an idle one. */
const LONG = 600_000;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "journey-"));
});
afterAll(async () => {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
});

async function readAll(root: string, wanted: (name: string) => boolean): Promise<string> {
  const texts: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (entry.isFile() && wanted(entry.name))
      texts.push(await readFile(join(entry.parentPath, entry.name), "latin1"));
  }
  return texts.join("\n");
}

type Run = (...args: readonly string[]) => Promise<Record<string, unknown>>;

/** The patient whose device is stolen, and then has nothing but paper; somebody whom the desk enrolled. */
async function playOwners(
  run: Run,
  where: {
    readonly at: (name: string) => string;
    readonly state: string;
    readonly node: string;
    readonly northId: string;
    readonly southId: string;
  },
): Promise<void> {
  const { at, state, node, northId, southId } = where;
  const keys = ["--keys", at("patient.age")];
  const kit = ["--kit", at("kit"), "--node", node];
  expect(await run("owner", "rotate", ...keys, ...kit)).toMatchObject({ segments: 8, permitsMissing: [] });
  expect(await run("owner", "finish", ...keys, "--node", node)).toMatchObject({ permitsMissing: [] });
  const ledger = ["--ledger", join(state, "ledger.json")];
  const recovered = ["--keys", at("recovered.age")];
  expect(await run("owner", "recover", ...recovered, ...kit, ...ledger)).toMatchObject({ segments: 8 });
  const status = (await run("owner", "status", ...recovered)) as unknown as readonly object[];
  expect(status).toHaveLength(8);
  for (const row of status) expect(row).toMatchObject({ rotations: 3, provisional: null, unfinished: null });
  const open = ["--kind", "general", "--purpose", "PATRQT", "--node", node, "--out"];
  expect((await run("open", ...recovered, ...open, at("recovered")))["records"]).toHaveLength(5);

  const desk = ["--keys", at("desk.age"), "--kit", at("desk-kit"), "--node", node];
  await run("enrol", ...desk, "--home", northId, southId, "--provisional", northId);
  const staff = ["--staff", join(state, "keys", "importer.age")];
  const { code } = await run("owner", "hand-over", ...desk, ...staff);
  const own = ["--keys", at("own.age"), "--kit", at("own-kit"), "--node", node];
  await run("owner", "take-over", "--code", String(code), ...own);
  for (const row of (await run("owner", "status", "--keys", at("own.age"))) as unknown as readonly object[]) {
    expect(row).toMatchObject({ rotations: 1, provisional: null });
  }
}

/** The doctor, whose consent was revoked, asks again: one request is withdrawn, one denied, one granted for less than was asked. */
async function playRequests(
  run: Run,
  keys: readonly string[],
  reader: readonly string[],
  out: string,
): Promise<void> {
  const { code } = await run("request", "code", ...keys.slice(0, 2));
  const ask = async (...more: readonly string[]): Promise<string> =>
    String((await run("request", "ask", ...reader, "--patient", String(code), ...more))["request"]);
  const stateOf = async (whose: readonly string[]): Promise<unknown> => {
    const { requests } = await run("request", "list", ...whose);
    return (requests as readonly { readonly state: string }[]).map(({ state }) => state);
  };
  await run("request", "withdraw", await ask(), ...reader);
  await run("request", "deny", await ask(), ...keys, "--message", "Please call me.");
  const wanted = await ask("--kind", "general", "genetic", "--message", "Before Thursday, please.");
  const { requests } = await run("request", "list", ...keys);
  expect(requests).toMatchObject([
    {
      id: wanted,
      state: "waiting",
      requester: { name: "Dr. Dara Test" },
      asked: { kinds: ["general", "genetic"] },
    },
    { state: "denied" },
    { state: "withdrawn" },
  ]);
  const granted = await run("request", "grant", wanted, ...keys, "--type", "Observation");
  expect(granted["consents"]).toMatchObject([{ kind: "general" }]);
  expect(await stateOf(reader)).toEqual(["granted", "denied", "withdrawn"]);
  expect(await stateOf(keys)).toEqual(["granted", "denied", "withdrawn"]);
  expect((await run("open", ...reader, "--out", out))["records"]).toHaveLength(3);
}

/** A new patient and a new doctor go through every verb of the command. */
async function playByHand(
  state: string,
  node: string,
  shown: string,
  bundle: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const at = (name: string): string => join(folder, name);
  const run = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
    const { exitCode, output } = await new CommandProcess([...args, "--json"], env).finished;
    expect([args.slice(0, 2), exitCode, output]).toEqual([args.slice(0, 2), 0, expect.any(String)]);
    return JSON.parse(output) as Record<string, unknown>;
  };
  const south = /(http:\/\/127\.0\.0\.1:\d+) --out/.exec(shown)?.[1] ?? "";
  const members = (await run("consortium", "members", "--node", node)) as unknown as {
    readonly name: string;
    readonly organisation: string;
  }[];
  const idOf = (name: string): string => members.find((member) => member.name === name)?.organisation ?? "";
  const northId = idOf("Hospital Northbank");
  const southId = idOf("Hospital Southgate");

  const doctor = at("doctor.age");
  const made = await run(
    "keys",
    "create",
    "--subject",
    "practitioner",
    "--name",
    "Dr. Dara Test",
    "--organisation",
    southId,
    "--out",
    doctor,
  );
  const admin = join(state, "keys", "administrator-south.age");
  await run("directory", "add", "--node", south, "--admin", admin, "--card", `${doctor}.card`);
  const keys = ["--keys", at("patient.age"), "--node", node];
  await run("enrol", ...keys, "--kit", at("kit"), "--home", northId, southId);
  await run("permit", ...keys, "--organisation", northId, "--out", at("admission"));
  const device = [
    "--device",
    join(state, "keys", "importer.age"),
    "--admission",
    at("admission"),
    "--node",
    node,
  ];
  const source = ["--system", "urn:test:by-hand", "--journal", at("journal")];
  const imported = await run("import", bundle, ...device, ...source);
  expect(imported).toMatchObject({ resources: 5, sealed: 5, known: 0 });
  expect(await run("import", bundle, ...device, ...source)).toMatchObject({ sealed: 0, known: 5 });
  const ledger = ["--ledger", join(state, "ledger.json")];
  const general = ["--kind", "general"];
  let waiting: unknown = null;
  for (let look = 0; look < 10 && waiting !== 0; look++) {
    ({ waiting } = await run("verify", ...keys, ...general, ...ledger, "--purpose", "PATRQT"));
  }
  expect(waiting).toBe(0);

  const grantee = String(made["actor"]);
  const given = (await run("consent", "grant", ...keys, ...general, "--grantee", grantee)) as unknown as {
    consent: string;
  }[];
  const reader = ["--actor", doctor, "--node", south];
  expect(await run("consent", "list", ...reader)).toHaveLength(1);
  expect((await run("open", ...reader, "--out", at("read")))["records"]).toHaveLength(5);
  await run("consent", "revoke", given[0]?.consent ?? "", ...keys);
  const refused = await new CommandProcess(["open", ...reader, "--out", at("read-again")], env).finished;
  expect([refused.exitCode, refused.output]).toEqual([1, expect.stringContaining("code: not-opened")]);
  const log = await run("receipts", ...keys, ...general, ...ledger);
  expect(log["findings"]).toEqual([]);
  expect(log["accesses"]).toHaveLength(1);
  await playRequests(run, keys, reader, at("read-on-request"));

  const data = join(state, "nodes", "north");
  const passphrase = (await readFile(`${data}.passphrase`, "utf8")).trim();
  await auditFromOutside(node, data, passphrase, join(state, "ledger.json"), folder);
  // The newest entries are in the head that the nodes publish next.
  let witnesses: readonly number[] = [];
  for (let look = 0; look < 20 && !(witnesses.length > 0 && Math.min(...witnesses) > 0); look++) {
    const { exported } = (await run(
      "receipts",
      ...keys,
      ...general,
      "--export",
      at("proofs"),
    )) as unknown as {
      readonly exported: { readonly files: readonly { readonly witnesses: number }[] };
    };
    witnesses = exported.files.map((file) => file.witnesses);
  }
  await verifyExport(at("proofs"));
  // The last thing that these keys do: the recovered ones own the segments from then on.
  await playOwners(run, { at, state, node, northId, southId });
}

describe("a demo that stays up", () => {
  let state = "";
  let bundle = "";
  let canaries: readonly string[] = [];
  beforeAll(async () => {
    state = join(folder, "state");
    bundle = join(folder, "bundle.json");
    const narrative = "CanaryNarrativeOboe";
    const subject = { reference: "urn:uuid:6f1c1f0e-5a53-4f6b-9f0f-0d6c1a000001" };
    const note = [{ text: narrative }];
    const named = { resourceType: "Patient", id: "p1", name: [{ family: CANARY, given: ["Ottoline"] }] };
    const glucose = { coding: [{ system: "http://loinc.org", code: "2345-7", display: "Glucose" }] };
    const observations = [4, 5, 6].map((value) => ({
      resourceType: "Observation",
      id: `o${value}`,
      status: "final",
      code: glucose,
      subject,
      effectiveDateTime: `2026-0${value}-01`,
      valueQuantity: { value, unit: "mmol/l" },
      note,
    }));
    const condition = { resourceType: "Condition", id: "c1", subject, recordedDate: "2026-04-01", note };
    const entries = [{ fullUrl: subject.reference, resource: named }];
    const others = [...observations, condition].map((resource) => ({ resource }));
    canaries = [CANARY, "Ottoline", narrative];
    const parsed = { resourceType: "Bundle", type: "collection", entry: [...entries, ...others] };
    await writeFile(bundle, JSON.stringify(parsed));
  });

  it(
    "goes on by hand, keeps health data and keys out of every log and file, stops cleanly and resumes",
    async () => {
      const first = join(folder, "first.json");
      const demo = new CommandProcess(["demo", "--state", state, "--input", bundle, "--json", first]);
      const shown = await demo.until("Ctrl-C stops");
      try {
        expect(shown).not.toContain("error:");
        expect(shown).toContain("The nodes stay up");
        expect((await readReport(first)).ok).toBe(true);

        const env = { ANAMNESIS_PASSPHRASE_FILE: join(state, "passphrase") };
        const node = /ANAMNESIS_NODE=(\S+)/.exec(shown)?.[1] ?? "";
        // Whom the demo names; there is somebody for the portal besides.
        const keys = /patients\/([0-9a-f]+\.age)/.exec(shown)?.[1] ?? "";
        const patient = ["--keys", join(state, "patients", keys), "--node", node];
        const opened = join(folder, "opened");
        const verbs: readonly (readonly string[])[] = [
          ["consortium", "members", "--node", node],
          ["consortium", "custodians", "--node", node],
          ["consent", "list", ...patient],
          ["open", ...patient, "--kind", "general", "--purpose", "PATRQT", "--out", opened],
          [
            "verify",
            ...patient,
            "--kind",
            "general",
            "--purpose",
            "PATRQT",
            "--ledger",
            join(state, "ledger.json"),
          ],
        ];
        for (const args of verbs) {
          const { exitCode, output } = await new CommandProcess(args, env).finished;
          expect([args[0], exitCode, output]).toEqual([args[0], 0, expect.any(String)]);
          for (const canary of canaries) expect(output).not.toContain(canary);
        }
        expect(await readAll(opened, () => true)).toContain(CANARY);
        await playByHand(state, node, shown, bundle, env);
        const logs = await readAll(state, (name) => name.endsWith(".log"));
        expect(logs).toContain("started");
        const passphrase = (await readFile(env.ANAMNESIS_PASSPHRASE_FILE, "utf8")).trim();
        for (const secret of [...canaries, passphrase]) expect(logs).not.toContain(secret);
        // What lies on the nodes' disks is ciphertext.
        const everything = await readAll(join(state, "nodes"), () => true);
        for (const canary of canaries) expect(everything).not.toContain(canary);
        for (const canary of canaries) expect(shown).not.toContain(canary);
      } finally {
        await demo.stop();
      }
      expect(await demo.finished).toMatchObject({ exitCode: 0 });
      expect(await processesWith(state)).toEqual([]);

      const second = join(folder, "second.json");
      const again = new CommandProcess(["demo", "--state", state, "--input", bundle, "--json", second]);
      await again.until("Ctrl-C stops");
      const { exitCode, output } = await again.stop();
      expect(output).not.toContain("error:");
      expect(exitCode).toBe(0);
      const resumed = await readReport(second);
      expect(factsOf(resumed, "start")["resumed"]).toBe(true);
      expect(factsOf(resumed, "1 ")["enrolled"]).toBe(0);
      expect(factsOf(resumed, "2 ")).toMatchObject({
        sealed: 0,
        known: factsOf(await readReport(first), "2 ")["sealed"],
      });

      await rm(join(state, "chain.json"));
      const lost = await new CommandProcess(["demo", "--state", state, "--input", bundle]).finished;
      expect([lost.exitCode, lost.output]).toEqual([1, expect.stringContaining("code: chain-lost")]);
    },
    LONG,
  );
});
