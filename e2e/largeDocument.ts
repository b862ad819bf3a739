import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ORGANISATIONS, type OrganisationKey } from "@anamnesis/cli/demo/cast";
import { openStateFolder, type StateFolder } from "@anamnesis/cli/demo/start/stateFolder";
import { startWorld, type World } from "@anamnesis/cli/demo/start/startWorld";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { ProcessMemory } from "./nodeMemory.ts";
import { CommandProcess } from "./runDemo.ts";

type Growth = Readonly<Record<OrganisationKey, number>>;

/** What one large document needed; sizes in bytes. */
export interface Measured {
  /** Of the documents as they are sealed: JSON with base64 inside. */
  readonly size: number;
  readonly seconds: Readonly<Record<"import" | "replicate" | "open" | "range", number>>;
  /** How far the peak of each node's process was above what it held before. */
  readonly growth: Readonly<Record<"import" | "open" | "range", Growth>>;
  /** SHA-256 of each document as it was sealed, and as it was opened. */
  readonly digests: readonly [sealed: readonly string[], opened: readonly string[]];
  readonly part: readonly [expected: Buffer, read: Buffer];
}

/** Three nodes as processes, a chain, and the command as a process for every verb, as people use them. */
export class LargeDocument {
  readonly #folder: string;
  readonly #state: StateFolder;
  readonly #started: { stop(): Promise<void> }[] = [];
  #world: World | null = null;

  private constructor(folder: string, state: StateFolder) {
    this.#folder = folder;
    this.#state = state;
  }

  static async start(): Promise<LargeDocument> {
    const folder = await mkdtemp(join(tmpdir(), "large-"));
    const large = new LargeDocument(folder, await openStateFolder(join(folder, "state"), true));
    try {
      large.#world = await startWorld({
        state: large.#state,
        firstPort: null,
        databaseUrl: null,
        onDatabase: () => undefined,
        onDeath: () => undefined,
        onStarting: (process) => void large.#started.push(process),
        signal: new AbortController().signal,
      });
    } catch (error) {
      await large.stop();
      throw error;
    }
    return large;
  }

  async stop(): Promise<void> {
    for (const process of this.#started.toReversed()) await process.stop();
    await this.#state.release();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A patient's bundle with `documents`, each of `bytes` base64 characters, goes from the hospital to the doctor of another one. */
  async play(documents: number, bytes: number): Promise<Measured> {
    const { nodes } = this.#world as World;
    const own = await mkdtemp(join(this.#folder, "play-"));
    const at = (name: string): string => join(own, name);
    const keys = ["--keys", at("patient.age"), "--node", nodes.north.url];
    const homes = [nodes.north.organisation, nodes.south.organisation];
    await this.#run("enrol", ...keys, "--kit", at("kit"), "--home", ...homes);
    await this.#run("permit", ...keys, "--organisation", homes[0] ?? "", "--out", at("admission"));
    const reader = ["--actor", join(this.#state.keys, "doctor.age"), "--node", nodes.south.url];
    const source = ["--system", "urn:test:large", "--journal", at("journal")];
    const device = ["--device", join(this.#state.keys, "importer.age"), "--node", nodes.north.url];
    const bringing = [...device, "--admission", at("admission"), ...source];
    const grantee = this.#actorOf("doctor");
    await this.#run("consent", "grant", ...keys, "--kind", "general", "--grantee", grantee);

    // A small one first: code that runs for the first time takes memory too.
    await writeBundle(at("small.json"), "small", 1, 600_000);
    await this.#run("import", at("small.json"), ...bringing);
    await this.#untilStored(keys);
    await this.#run("open", ...reader, "--out", at("warm"));

    const sealed = await writeBundle(at("bundle.json"), "large", documents, bytes);
    const before = await this.#reset();
    const begun = performance.now();
    const imported = await this.#run("import", at("bundle.json"), ...bringing);
    const importSeconds = secondsSince(begun);
    if (imported["sealed"] !== documents) throw new TypeError(`sealed: ${String(imported["sealed"])}`);
    await this.#untilStored(keys);
    const replicateSeconds = secondsSince(begun);
    const importGrowth = await this.#growth(before);

    const beforeOpen = await this.#reset();
    const opening = performance.now();
    const opened = await this.#run("open", ...reader, "--out", at("read"));
    const openSeconds = secondsSince(opening);
    const openGrowth = await this.#growth(beforeOpen);
    const records = opened["records"] as readonly { readonly record: string; readonly bytes: number }[];
    const large = records.filter((item) => item.bytes === sealed.size);
    const record = large[0]?.record ?? "";

    const beforeRange = await this.#reset();
    const reading = performance.now();
    const from = Math.floor(sealed.size / 2);
    const last = Math.min(from + 99_999, sealed.size - 1);
    const range = ["--record", record, "--range", `${from}-${last}`];
    await this.#run("open", ...reader, "--kind", "general", "--out", at("part"), ...range);
    const rangeSeconds = secondsSince(reading);
    const rangeGrowth = await this.#growth(beforeRange);

    const fileOf = (id: string): string => join(at("read"), `${id.slice(2)}.json`);
    const digests = await Promise.all(large.map((item) => digestOf(fileOf(item.record))));
    const part = await readFile(join(at("part"), `${record.slice(2)}.${from}-${last}.bin`));
    return {
      size: sealed.size * documents,
      seconds: {
        import: importSeconds,
        replicate: replicateSeconds,
        open: openSeconds,
        range: rangeSeconds,
      },
      growth: { import: importGrowth, open: openGrowth, range: rangeGrowth },
      digests: [sealed.digests.toSorted(), digests.toSorted()],
      part: [await partOf(fileOf(record), from, 100_000), part],
    };
  }

  async #run(...args: readonly string[]): Promise<Record<string, unknown>> {
    const env = { ANAMNESIS_PASSPHRASE_FILE: this.#state.passphrase };
    const { exitCode, output } = await new CommandProcess([...args, "--json"], env).finished;
    if (exitCode !== 0) throw new TypeError(`${args[0]}: ${output}`);
    return JSON.parse(output) as Record<string, unknown>;
  }

  #actorOf(key: "doctor"): string {
    const { people } = this.#world as World;
    return actorOf(people[key]);
  }

  /** Everything is at two homes and anchored. */
  async #untilStored(keys: readonly string[]): Promise<void> {
    const args = [...keys, "--kind", "general", "--ledger", this.#state.ledger, "--purpose", "PATRQT"];
    for (;;) {
      const { waiting } = await this.#run("verify", ...args);
      if (waiting === 0) return;
    }
  }

  async #memories(): Promise<readonly (readonly [OrganisationKey, ProcessMemory])[]> {
    return Promise.all(
      ORGANISATIONS.map(async (key) => {
        const { config } = this.#state.node(key);
        return [key, await ProcessMemory.of(`ANAMNESIS_CONFIG=${config}`)] as const;
      }),
    );
  }

  async #reset(): Promise<Growth> {
    const held = (await this.#memories()).map(async ([key, memory]) => [key, await memory.reset()] as const);
    return Object.fromEntries(await Promise.all(held)) as Growth;
  }

  async #growth(before: Growth): Promise<Growth> {
    const grown = (await this.#memories()).map(
      async ([key, memory]) => [key, (await memory.peak()) - before[key]] as const,
    );
    return Object.fromEntries(await Promise.all(grown)) as Growth;
  }
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000;
}

/** A bundle of a patient and documents of one size, in the form in which they are sealed. */
async function writeBundle(
  path: string,
  name: string,
  documents: number,
  bytes: number,
): Promise<{ readonly size: number; readonly digests: readonly string[] }> {
  const digests: string[] = [];
  let size = 0;
  const file = await open(path, "w");
  try {
    await file.writeFile('{"resourceType":"Bundle","type":"collection","entry":[');
    await file.writeFile(JSON.stringify({ resource: { resourceType: "Patient", id: "p1" } }));
    for (let i = 0; i < documents; i++) {
      const document = JSON.stringify({
        resourceType: "DocumentReference",
        id: `${name}-${String(i).padStart(6, "0")}`,
        status: "current",
        subject: { reference: "Patient/p1" },
        date: "2026-01-02T03:04:05Z",
        content: [
          {
            attachment: {
              contentType: "application/pdf",
              data: randomBytes(Math.floor(bytes / 4) * 3).toString("base64"),
            },
          },
        ],
      });
      await file.writeFile(`,{"resource":${document}}`);
      digests.push(createHash("sha256").update(document).digest("hex"));
      size = document.length;
    }
    await file.writeFile("]}");
  } finally {
    await file.close();
  }
  return { size, digests };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex");
}

async function partOf(path: string, from: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(Math.min(length, (await stat(path)).size - from));
    await file.read(bytes, 0, bytes.length, from);
    return bytes;
  } finally {
    await file.close();
  }
}
