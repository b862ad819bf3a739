import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ORGANISATIONS } from "@anamnesis/cli/demo/cast";
import { until } from "@anamnesis/cli/demo/until";
import { readPatientKeys } from "@anamnesis/cli/files/keyFiles";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { runCli } from "@anamnesis/cli/testing/runCli";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { parseRecordId, type OrganisationId, type RecordId } from "@anamnesis/core/ids";
import { isOwners } from "@anamnesis/core/record/isOwners";
import { granteeAccess, ownerAccess, type SegmentAccess } from "@anamnesis/sdk/access";
import { endorsementQueue } from "@anamnesis/sdk/endorsementQueue";
import { endorseRecord } from "@anamnesis/sdk/endorse";
import { eraseRecord } from "@anamnesis/sdk/erase";
import { ownerErasure } from "@anamnesis/sdk/eraseRequests";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { readLedger } from "@anamnesis/sdk/ledgerView";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { listDeclines } from "@anamnesis/sdk/listDeclines";
import { openRecords, type OpenResult } from "@anamnesis/sdk/open";
import { recordStatus, type RecordStatus } from "@anamnesis/sdk/recordStatus";
import { endorsementText } from "@anamnesis/sdk/recordStanding";
import { connect, httpSigner, type Runtime } from "@anamnesis/sdk/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KillableConsortium } from "./kill/killableConsortium.ts";
import { persist } from "./kill/persist.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 300_000;

let consortium: KillableConsortium;
let folder = "";
let env: Readonly<Record<string, string>> = {};
let keys: PatientKeys;
/** Five observations that both hospitals have to sign, oldest first in the queue; the sixth record is the patient. */
let cosigned: readonly RecordId[] = [];

interface Queue {
  readonly waiting: readonly { readonly record: string }[];
  readonly own: readonly { readonly record: string; readonly declined: readonly string[] }[];
  readonly declines: readonly { readonly record: string; readonly reason: string | null }[];
}

const at = (name: string): string => join(folder, name);
const keyFile = (name: string): string => join(consortium.state.keys, `${name}.age`);
const world = () => consortium.world;

/** Runs a command that has to succeed; with `--json` by itself. */
async function run<T = Record<string, unknown>>(...args: readonly string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await runCli([...args, "--json"], env);
  expect([args.slice(0, 2), exitCode, stderr]).toEqual([args.slice(0, 2), 0, expect.any(String)]);
  return JSON.parse(stdout) as T;
}

const patientFlags = () => ["--keys", at("patient.age"), "--node", world().nodes.north.url];
const readerFlags = () => ["--actor", keyFile("doctor"), "--node", world().nodes.south.url];
const adminFlags = () => ["--admin", keyFile("administrator-north"), "--node", world().nodes.north.url];
const ledgerFlags = () => ["--ledger", consortium.state.ledger];
const deviceFlags = () => {
  const by = ["--device", keyFile("importer"), "--admission", at("admission")];
  const from = ["--system", "urn:test:verbs", "--journal", at("journal")];
  return [...by, ...from, "--node", world().nodes.north.url];
};

const owner = (): SegmentAccess => ownerAccess(keys, "general");

async function doctor(): Promise<SegmentAccess> {
  const { people, nodes, consortium: known } = world();
  const node = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
  const { grants } = await listGrants({ node, keys: people.doctor, identity: known.identity });
  const grant = grants.find(({ content }) => content.opening.kind === "general");
  return granteeAccess(people.doctor, grant?.content ?? expect.unreachable());
}

async function open(access: SegmentAccess): Promise<OpenResult> {
  const purpose = access.requester === null ? "PATRQT" : "TREAT";
  const ledger = await readLedger(world().ledger);
  return openRecords({ runtime: systemRuntime, consortium: world().consortium, access, purpose, ledger });
}

async function statusOf(record: RecordId): Promise<RecordStatus> {
  const ledger = await readLedger(world().ledger);
  const common = { runtime: systemRuntime, consortium: world().consortium, access: owner() };
  return (await recordStatus({ ...common, purpose: "PATRQT", ledger, record })) ?? expect.unreachable(record);
}

/** Waits for what the ledger has to say of a record. */
function become(
  record: RecordId,
  what: string,
  holds: (status: RecordStatus) => boolean,
): Promise<RecordStatus> {
  return until({ what, deadline: LONG, pause: 300 }, async () => {
    const found = await statusOf(record);
    return holds(found) ? found : null;
  });
}

const SUBJECT = "urn:uuid:6f1c1f0e-5a53-4f6b-9f0f-0d6c1a000002";
const PATIENT = {
  fullUrl: SUBJECT,
  resource: { resourceType: "Patient", id: "p1", name: [{ family: "Test" }] },
};

function observation(id: string, value: number, subject = SUBJECT): object {
  return {
    resourceType: "Observation",
    id,
    status: "final",
    code: { coding: [{ system: "http://loinc.org", code: "2345-7", display: "Glucose" }] },
    subject: { reference: subject },
    effectiveDateTime: "2026-04-01",
    valueQuantity: { value, unit: "mmol/l" },
  };
}

async function bundle(name: string, ...entry: readonly object[]): Promise<string> {
  await writeFile(at(name), JSON.stringify({ resourceType: "Bundle", type: "collection", entry }));
  return at(name);
}

const importAll = (): Promise<Record<string, unknown>> => {
  const endorsers = ["north", "south"].map((key) => world().nodes[key as "north" | "south"].organisation);
  const asked = ["--endorsers", ...endorsers, "--endorsed-types", "Observation"];
  return run("import", at("all.json"), ...deviceFlags(), ...asked);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "record-verbs-"));
  consortium = await KillableConsortium.start();
  await consortium.form();
  env = { ANAMNESIS_PASSPHRASE_FILE: consortium.state.passphrase };
  const { nodes, people } = world();
  const homes = [nodes.north.organisation, nodes.south.organisation];
  await run("enrol", ...patientFlags(), "--kit", at("kit"), "--home", ...homes);
  await run(
    "permit",
    ...patientFlags(),
    "--organisation",
    nodes.north.organisation,
    "--out",
    at("admission"),
  );
  await bundle("all.json", PATIENT, ...[1, 2, 3, 4, 5].map((n) => ({ resource: observation(`o${n}`, n) })));
  expect(await importAll()).toMatchObject({ sealed: 6 });
  await run("consent", "grant", ...patientFlags(), "--kind", "general", "--grantee", actorOf(people.doctor));
  const passphrase = (await readFile(consortium.state.passphrase, "utf8")).trim();
  keys = await readPatientKeys(at("patient.age"), { passphrase });
  const south = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
  const waiting = await until({ what: "five that wait", deadline: LONG, pause: 300 }, async () => {
    const { waiting: queue } = await endorsementQueue(south);
    return queue.length === 5 && queue.every(({ endorsed }) => endorsed.length === 1) ? queue : null;
  });
  cosigned = waiting.map(({ record }) => record);
}, LONG);
afterAll(async () => {
  await consortium.stop();
  await rm(folder, { recursive: true, force: true });
}, LONG);

describe("records after they were written, with real nodes", () => {
  it(
    "are preliminary until the other named organisation has opened and signed them, and final then",
    async () => {
      const { nodes, people, consortium: known } = world();
      const [first, other] = cosigned as [RecordId, RecordId];
      const said = (result: OpenResult) =>
        result.opened.map(({ standing }) => {
          const endorsement = standing?.endorsement ?? null;
          return endorsement === null ? "plain" : endorsementText(endorsement);
        });
      expect(said(await open(owner())).toSorted()).toEqual([
        "plain",
        ...cosigned.map(() => "preliminary (1 of 2)"),
      ]);
      const node = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
      const common = {
        runtime: systemRuntime,
        consortium: known,
        access: await doctor(),
        purpose: "TREAT",
      } as const;
      const looked = await endorseRecord({ ...common, node, record: other, approve: () => false });
      expect([looked.endorsed, looked.opened.attributes.resourceType]).toEqual([false, "Observation"]);

      const queue = await run<{ waiting: { record: string }[] }>("record", "queue", ...readerFlags());
      expect(queue.waiting.map(({ record }) => record)).toEqual(cosigned);
      const out = ["--out", at("seen"), "--kind", "general"];
      expect(await run("record", "endorse", first, ...readerFlags(), ...out)).toMatchObject({
        endorsed: true,
      });
      const written = await readFile(join(at("seen"), `${first.slice(2)}.json`), "utf8");
      expect(JSON.parse(written)).toMatchObject({ resourceType: "Observation" });
      const final = await become(first, "a final record", (status) => status.endorsement?.status === "final");
      const both = ["north", "south"].map((key) => nodes[key as "north" | "south"].organisation);
      expect(final.endorsement?.endorsed).toEqual(both);
      expect(said(await open(await doctor())).filter((text) => text === "final")).toHaveLength(1);
      expect((await statusOf(other)).endorsement).toMatchObject({ status: "preliminary", needed: 2 });
      // The ledger has it; the node's copy has it with its next look.
      await expect
        .poll(async () => (await endorsementQueue(node)).waiting.map(({ record }) => record))
        .toEqual(cosigned.slice(1));
    },
    LONG,
  );

  it(
    "are declined with a reason that the author's people and whoever opens the record read, and nobody else",
    async () => {
      const { nodes } = world();
      const [, second] = cosigned as [RecordId, RecordId];
      const reason = ["--reason", "The unit does not fit the value."];
      expect(
        await run("record", "decline", second, ...readerFlags(), ...reason, "--kind", "general"),
      ).toMatchObject({
        record: second,
        kept: [nodes.south.organisation, nodes.north.organisation],
        missing: [],
      });
      // The same again is the same word; another reason is another word, and there is one already.
      expect(await run("record", "decline", second, ...readerFlags(), ...reason)).toMatchObject({
        kept: [nodes.south.organisation, nodes.north.organisation],
      });
      const changed = ["--reason", "Another one.", "--json"];
      const again = await runCli(["record", "decline", second, ...readerFlags(), ...changed], env);
      expect([again.exitCode, again.stderr]).toEqual([
        expect.any(Number),
        expect.stringContaining("already-declined"),
      ]);
      const author = ["--actor", keyFile("importer"), "--node", nodes.north.url];
      const queue = await run<Queue>("record", "queue", ...author);
      expect(queue.own.find(({ record }) => record === second)?.declined).toEqual([nodes.south.organisation]);
      expect(queue).toMatchObject({
        declines: [{ record: second, organisation: nodes.south.organisation, reason: reason[1] }],
        silent: [],
      });
      // The patient opens it and reads why; a colleague of the doctor's who has not opened it does not.
      const mine = (await open(owner())).opened.find(({ record }) => record === second);
      const { consortium: known } = world();
      const asked = {
        record: second,
        organisation: nodes.north.organisation,
        endorsers: mine?.endorsers?.organisations ?? [],
        body: mine?.header.body ?? null,
        readersSeed: mine?.readersSeed ?? null,
        kc: mine?.kc ?? null,
      };
      const common = { runtime: systemRuntime, consortium: known };
      const read = await listDeclines({ ...common, records: [asked] });
      expect(read).toMatchObject({ declines: [{ reason: reason[1] }], silent: [], bad: 0 });
      const other = await run<Queue>("record", "queue", ...readerFlags());
      expect(other.declines).toMatchObject([{ record: second, reason: null }]);
      // One keeper says nothing: the other one does.
      for (const quiet of [nodes.north.url, nodes.south.url]) {
        const runtime: Runtime = {
          ...systemRuntime,
          fetch: async (input, init) => {
            if (input.startsWith(quiet)) throw new TypeError("fetch failed");
            return systemRuntime.fetch(input, init);
          },
        };
        const found = await listDeclines({ runtime, consortium: known, records: [asked] });
        expect([found.declines.length, found.silent.length]).toEqual([1, 1]);
      }
      // Whoever was not named has no word in it.
      const unnamed = await listDeclines({
        ...common,
        records: [{ ...asked, endorsers: [nodes.north.organisation] }],
      });
      expect(unnamed).toMatchObject({ declines: [], bad: 1 });
      expect((await statusOf(second)).endorsement).toMatchObject({ status: "preliminary", needed: 2 });
    },
    LONG,
  );

  it(
    "are amended by a successor that only who opens the segment can tell, and taken back",
    async () => {
      const [, second, third] = cosigned as [RecordId, RecordId, RecordId];
      const better = await bundle("better.json", { resource: observation("better", 7, "Patient/p1") });
      const amended = await run("record", "amend", second, better, ...deviceFlags());
      const successor = parseRecordId(String(amended["successor"]));
      await become(second, "an amended record", (status) => status.successor === successor);
      const { opened } = await open(await doctor());
      expect(opened.find(({ record }) => record === second)).toMatchObject({ successor, amends: null });
      // What takes its place asks for the same signatures anew.
      expect(opened.find(({ record }) => record === successor)).toMatchObject({
        amends: second,
        endorsers: { threshold: 2 },
      });
      const queue = await until(
        { what: "the successor that waits", deadline: LONG, pause: 300 },
        async () => {
          const { waiting } = await run<Queue>("record", "queue", ...readerFlags());
          return waiting.some(({ record }) => record === successor) ? waiting : null;
        },
      );
      expect(queue.some(({ record }) => record === second)).toBe(false);

      expect(await run("record", "retract", third, ...adminFlags())).toMatchObject({ retracted: true });
      await become(third, "a record taken back", (status) => status.retracted);
      await until({ what: "custodians that have read so", deadline: LONG, pause: 300 }, async () => {
        const read = await open(await doctor());
        return read.opened.some(({ record }) => record === third) ? null : true;
      });
      const own = (await open(owner())).opened.find(({ record }) => record === third);
      expect(own?.standing?.retracted).toBe(true);
      const status = ["record", "status", second, ...patientFlags(), ...ledgerFlags(), "--purpose", "PATRQT"];
      const shown = await runCli([...status, "--kind", "general"], env);
      expect(shown.stdout).toContain(`by ${successor}`);
    },
    LONG,
  );

  it(
    "stay by an amendment where their Encounter had put them, and go to no stricter segment by one",
    async () => {
      const encounter = { reference: "Encounter/e1" };
      const patient = { reference: "Patient/p1" };
      const depression = { coding: [{ system: "http://hl7.org/fhir/sid/icd-10", code: "F32.1" }] };
      const visit = await bundle(
        "visit.json",
        PATIENT,
        {
          resource: {
            resourceType: "Encounter",
            id: "e1",
            status: "finished",
            class: { code: "AMB" },
            subject: patient,
          },
        },
        { resource: { resourceType: "Condition", id: "c1", subject: patient, encounter, code: depression } },
        { resource: { ...observation("o9", 9, "Patient/p1"), encounter } },
      );
      expect(await run("import", visit, ...deviceFlags())).toMatchObject({ sealed: 3, known: 1 });
      const read = async () => (await open(ownerAccess(keys, "mental-health"))).opened;
      const all = await until({ what: "what is anchored", deadline: LONG, pause: 300 }, async () => {
        const opened = await read();
        return opened.length === 3 ? opened : null;
      });
      const earlier = all.find(({ attributes }) => attributes.resourceType === "Observation");
      const record = earlier?.record ?? expect.unreachable();

      // By itself it says nothing of the matter.
      const better = await bundle("visit-better.json", { resource: observation("o9", 10, "Patient/p1") });
      const { successor } = await run("record", "amend", record, better, ...deviceFlags());
      await until({ what: "the successor beside it", deadline: LONG, pause: 300 }, async () => {
        const found = (await read()).find((one) => one.record === successor);
        return found?.amends === record ? true : null;
      });

      const moved = { ...observation("o1", 8, "Patient/p1"), encounter };
      const stricter = await bundle("stricter.json", { resource: moved });
      const [general] = cosigned as [RecordId];
      const refused = await runCli(["record", "amend", general, stricter, ...deviceFlags()], env);
      expect([refused.exitCode, refused.code]).toEqual([1, "other-area"]);
    },
    LONG,
  );

  it(
    "are written by people as the portal's forms write them, once, and a case is opened and closed",
    async () => {
      const { nodes, people } = world();
      const form = async (name: string, fields: object): Promise<string> => {
        await writeFile(at(name), JSON.stringify(fields));
        return at(name);
      };
      const journal = ["--journal", at("written")];
      const measured = { kind: "weight", values: [72.5], measured: "2026-04-02T08:00:00Z" };
      const weight = ["measurement", await form("weight.json", measured), ...patientFlags(), ...journal];
      const own = await run("record", "write", ...weight);
      expect(own).toMatchObject({ kind: "personal", sealed: 1 });
      expect(await run("record", "write", ...weight)).toMatchObject({ record: own["record"], sealed: 0 });
      const letter = ["upload", at("weight.json"), "--title", "A letter", ...patientFlags(), ...journal];
      expect(await run("record", "write", ...letter)).toMatchObject({ kind: "personal", sealed: 1 });
      const details = ["details", await form("details.json", { family: "Tester" }), ...patientFlags()];
      expect(await run("record", "write", ...details, ...journal)).toMatchObject({ kind: "general" });

      await run(
        "consent",
        "grant",
        ...patientFlags(),
        "--kind",
        "general",
        "--grantee",
        actorOf(people.registrar),
      );
      const actor = ["--actor", keyFile("registrar"), "--node", nodes.north.url];
      const granted = await run<{ consent: string }[]>("consent", "list", ...actor);
      const staff = [...actor, "--consent", ...granted.map(({ consent }) => consent), ...journal];
      const since = { what: "New hip", since: "2026-04-01" };
      const began = ["case", await form("case.json", since), ...staff];
      const opened = await run("record", "write", ...began);
      const record = parseRecordId(String(opened["record"]));
      expect(opened).toMatchObject({ kind: "general", sealed: 1 });
      expect(await run("record", "write", ...began)).toMatchObject({ record, sealed: 0 });
      await become(record, "an anchored case", ({ anchored }) => anchored !== null);
      const over = await form("over.json", { ...since, until: "2026-04-20" });
      const closing = ["record", "write", "case", over, ...staff, "--amends", record];
      expect((await runCli([...closing, "--json"], env)).code).toBe("no-reason");
      const closed = await run(...closing, "--reason", "She went home.");
      expect(closed).toMatchObject({ resource: opened["resource"], amends: record, sealed: 2 });
      await become(record, "a closed case", ({ successor }) => successor === closed["record"]);
      const read = async (kind: "general" | "personal") =>
        (await open(ownerAccess(keys, kind))).opened.map(({ bytes }) => new TextDecoder().decode(bytes));
      await expect.poll(async () => (await read("general")).join("\n")).toContain('"status":"finished"');
      await expect.poll(async () => (await read("personal")).length).toBe(2);

      const visit = await bundle("in-case.json", PATIENT, {
        resource: {
          resourceType: "Encounter",
          id: "e2",
          status: "finished",
          class: { code: "IMP" },
          subject: { reference: "Patient/p1" },
          episodeOfCare: [{ reference: opened["resource"] }],
          period: { start: "2026-04-02" },
        },
      });
      expect(await run("import", visit, ...deviceFlags())).toMatchObject({ sealed: 1, known: 1 });
      await expect
        .poll(async () => (await read("general")).join("\n"))
        .toContain(`"episodeOfCare":[{"reference":"${String(opened["resource"])}"}]`);

      const wrong = ["record", "write", "note", at("case.json"), ...staff, "--json"];
      expect((await runCli(wrong, env)).code).toBe("unknown-field");
      const others = ["record", "write", "note", at("case.json"), ...patientFlags(), ...journal, "--json"];
      expect((await runCli(others, env)).code).toBe("one-key-file");
      // Each amends what they wrote themselves, and as what it is.
      const theirs = (await open(owner())).opened.find(
        ({ attributes, header }) => attributes.resourceType === "Patient" && !isOwners(header.body.core),
      );
      const overTheirs = [
        ...details,
        ...journal,
        "--amends",
        String(theirs?.record),
        "--reason",
        "Mine.",
        "--json",
      ];
      expect((await runCli(["record", "write", ...overTheirs], env)).code).toBe("not-own-record");
      const note = await form("note.json", { title: "Visit", text: "Well." });
      const inPlace = ["record", "write", "note", note, ...staff, "--amends", String(closed["record"])];
      expect((await runCli([...inPlace, "--reason", "A test.", "--json"], env)).code).toBe("other-type");
    },
    LONG,
  );

  it(
    "are corrected by who wrote them when the patient asks, or not, with a reason, and the patient sees which",
    async () => {
      const author = ["--actor", keyFile("registrar"), "--node", world().nodes.north.url];
      interface Listed {
        readonly corrections: readonly {
          readonly id: string;
          readonly state: string;
          readonly record: string;
          readonly answer: { readonly successor: string | null; readonly message: string } | null;
        }[];
      }
      const correct = (verb: string, ...args: readonly string[]) => run("record", "correct", verb, ...args);
      const ask = async (record: RecordId, ...args: readonly string[]): Promise<string> => {
        const flags = ["--message", "It is not so.", "--kind", "general"];
        const asked = await correct("ask", record, ...patientFlags(), ...flags, ...args);
        expect(asked).toMatchObject({ missing: [], kept: [expect.any(String), expect.any(String)] });
        return String(asked["correction"]);
      };
      const listed = async () =>
        (await run<Listed>("record", "correct", "list", ...patientFlags())).corrections;
      const patient = (await open(owner())).opened.find(
        ({ attributes }) => attributes.resourceType === "Patient",
      );
      const { record } = patient ?? expect.unreachable("the patient");
      await writeFile(
        at("proposed.json"),
        JSON.stringify({ resourceType: "Patient", id: "own", name: [{ use: "usual", family: "Tester" }] }),
      );
      const asked = await ask(record, "--proposed", at("proposed.json"));
      const twice = ["record", "correct", "ask", record, ...patientFlags(), "--message", "Again."];
      expect((await runCli([...twice, "--kind", "general"], env)).code).toBe("correction-waits");
      // Of another organisation's people nobody is told.
      const others = await run("record", "correct", "list", ...readerFlags());
      expect(others).toMatchObject({ waiting: [], unreadable: [] });
      const waiting = await run<{ waiting: object[] }>("record", "correct", "list", ...author);
      expect(waiting.waiting).toMatchObject([{ id: asked, record, asked: { message: "It is not so." } }]);
      const flags = [...author, "--journal", at("corrections")];
      const accepted = await correct("accept", asked, ...flags, "--message", "Thank you.");
      const successor = parseRecordId(String(accepted["successor"]));
      await become(record, "a corrected record", (status) => status.successor === successor);
      expect(await listed()).toMatchObject([
        { id: asked, state: "corrected", answer: { successor, message: "Thank you." } },
      ]);
      const contents = async (): Promise<readonly Record<string, unknown>[]> =>
        (await open(owner())).opened.map(
          ({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>,
        );
      expect(await contents()).toContainEqual(
        expect.objectContaining({ name: [{ family: "Tester" }] }) as unknown,
      );
      // A record of its own, which may stand in a later batch.
      await expect.poll(contents).toContainEqual(
        expect.objectContaining({
          resourceType: "Provenance",
          reason: [{ text: "The patient asked for it: It is not so." }],
        }) as unknown,
      );

      const [first] = cosigned as [RecordId];
      const refused = await ask(first);
      const reason = ["--reason", "It was measured twice."];
      expect(await correct("decline", refused, ...author, ...reason)).toMatchObject({ missing: [] });
      const withdrawn = await ask(first);
      expect(await correct("withdraw", withdrawn, ...patientFlags())).toMatchObject({ silent: [] });
      const stateOf = new Map((await listed()).map((one) => [one.id, one]));
      expect(stateOf.get(refused)).toMatchObject({
        state: "declined",
        answer: { message: "It was measured twice." },
      });
      expect(stateOf.get(withdrawn)).toMatchObject({ state: "withdrawn", answer: null });
      const gone = await runCli(["record", "correct", "decline", withdrawn, ...author, ...reason], env);
      expect(gone.code).toBe("correction-not-found");
    },
    LONG,
  );

  it(
    "are erased by their owner: refused by all custodians, deleted at every keeper, each with its receipt",
    async () => {
      const { nodes } = world();
      const [, , , fourth] = cosigned as [RecordId, RecordId, RecordId, RecordId];
      const { header } = await statusOf(fourth);
      const unsaid = await runCli(["record", "erase", fourth, ...patientFlags()], env);
      expect([unsaid.exitCode, unsaid.code]).toEqual([1, "not-confirmed"]);
      const erased = await run<{
        deleted: { node: OrganisationId; kept: unknown[] }[];
        acknowledged: object[];
      }>("record", "erase", fourth, ...patientFlags(), "--yes", "--patience", "120");
      expect(erased).toMatchObject({ waiting: [], silent: [] });
      expect(erased.acknowledged).toHaveLength(3);
      expect(erased.deleted.toSorted((a, b) => a.node.localeCompare(b.node))).toEqual(
        [nodes.north.organisation, nodes.south.organisation]
          .toSorted()
          .map((node) => expect.objectContaining({ node, kept: [] }) as unknown),
      );
      expect(await statusOf(fourth)).toMatchObject({ erased: true });
      for (const access of [owner(), await doctor()]) {
        const { opened, refused } = await open(access);
        expect(opened.map(({ record }) => record)).not.toContain(fourth);
        expect(refused).toContainEqual({ record: fourth, code: "erased" });
      }
      for (const key of ORGANISATIONS) {
        const client = connect(systemRuntime, nodes[key].url, owner().signer);
        const { wrap, content } = header.body;
        const { blobs } = await client.call(exchangeRoutes.getBlobs, {}, { cids: [wrap, content] });
        expect(blobs).toEqual([null, null]);
      }
    },
    LONG,
  );

  it(
    "are erased by the organisation that wrote them while a home is away, which deletes when it is back",
    async () => {
      const { nodes, consortium: known } = world();
      const fifth = cosigned[4] as RecordId;
      const { header } = await statusOf(fifth);
      await consortium.kill("south");
      const away = await run<{ waiting: string[] }>(
        "record",
        "erase",
        fifth,
        ...adminFlags(),
        "--yes",
        "--patience",
        "5",
      );
      expect(away.waiting).toContain(nodes.south.organisation);
      await consortium.restart("south");
      const request = await ownerErasure(keys, known.identity, header);
      const { signer } = owner();
      const again = await persist("the same erasure", () =>
        eraseRecord({ runtime: systemRuntime, consortium: known, signer, request, patience: 120 }),
      );
      expect(again.waiting).toEqual([]);
      expect(again.receipts.map(({ body }) => body.node)).toContain(nodes.south.organisation);

      // What was imported once is not imported again, and an erased record does not come back by it.
      const before = (await open(owner())).opened.map(({ record }) => record);
      expect(await importAll()).toMatchObject({ sealed: 0, known: 6 });
      expect((await open(owner())).opened.map(({ record }) => record)).toEqual(before);
      expect(before).toHaveLength(12);
    },
    LONG,
  );

  it(
    "leave a node that its check finds sound",
    async () => {
      await consortium.kill("north");
      const { config, passphrase } = consortium.state.node("north");
      const { stdout } = await runCli(["fsck", "--config", config, "--json"], {
        ANAMNESIS_PASSPHRASE_FILE: passphrase,
      });
      const { findings } = JSON.parse(stdout) as { findings: { code: string; severity: string }[] };
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
      await consortium.restart("north");
    },
    LONG,
  );
});
