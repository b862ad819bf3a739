import { mkdir, mkdtemp, readFile, readdir, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationKey } from "../cast.ts";

/** Where the demo keeps everything: one folder, made and known by its marker. */
export interface StateFolder {
  readonly path: string;
  readonly chain: string;
  readonly ledger: string;
  /** Of the keys of people: random, so that it needs no stretching. */
  readonly passphrase: string;
  readonly keys: string;
  readonly patients: string;
  /** Private key of the program for trying the FHIR servers. */
  readonly fhirClient: string;
  readonly journals: string;
  readonly node: (key: OrganisationKey) => {
    readonly data: string;
    readonly config: string;
    readonly passphrase: string;
    readonly log: string;
    /** Who signs in at the node's portal without a key. */
    readonly portal: string;
  };
  /** Lets the next demo in; with `--once` removes everything. */
  readonly release: () => Promise<void>;
}

const MARKER = "anamnesis-demo";
const LOCK = "in-use";

/**
 * Opens the demo's folder, or a temporary one (`null`) that `release` removes.
 * Throws `not-a-state-folder` rather than touch a folder with other things in it, and `state-in-use`.
 */
export async function openStateFolder(path: string | null, fresh: boolean): Promise<StateFolder> {
  const root = path === null ? await mkdtemp(join(tmpdir(), "anamnesis-")) : resolve(path);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const names = await readdir(root);
  if (names.length > 0 && !names.includes(MARKER)) throw notOurs();
  await writeFile(join(root, MARKER), "The state of the Anamnesis demo. Delete the folder to forget it.\n");
  await lock(join(root, LOCK));
  if (fresh) {
    for (const name of names)
      if (name !== MARKER && name !== LOCK) await rm(join(root, name), { recursive: true });
  }
  for (const name of ["keys", "patients", "journals", "nodes"]) {
    await mkdir(join(root, name), { recursive: true, mode: 0o700 });
  }
  return {
    path: root,
    chain: join(root, "chain.json"),
    ledger: join(root, "ledger.json"),
    passphrase: join(root, "passphrase"),
    keys: join(root, "keys"),
    patients: join(root, "patients"),
    fhirClient: join(root, "keys", "fhir-client.jwk"),
    journals: join(root, "journals"),
    node: (key) => ({
      data: join(root, "nodes", key),
      config: join(root, "nodes", `${key}.json`),
      passphrase: join(root, "nodes", `${key}.passphrase`),
      log: join(root, "nodes", `${key}.log`),
      portal: join(root, "nodes", `${key}-portal.json`),
    }),
    release: async () => {
      if (path === null) await rm(root, { recursive: true, force: true, maxRetries: 3 });
      else await rm(join(root, LOCK), { force: true });
    },
  };
}

/** A lock whose process is gone is no lock. */
async function lock(path: string): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      return;
    } catch {
      const pid = Number(await readFile(path, "utf8").catch(() => "0"));
      if (pid > 0 && isAlive(pid)) break;
      await unlink(path).catch(() => undefined);
    }
  }
  throw new AnamnesisError({
    code: "state-in-use",
    rule: "One demo at a time uses a state folder.",
    fix: "End the other demo, or give another folder with --state.",
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function notOurs(): AnamnesisError<"not-a-state-folder"> {
  return new AnamnesisError({
    code: "not-a-state-folder",
    rule: "The state folder holds the demo's state and nothing else.",
    fix: "Give a folder that is empty or not there yet with --state.",
  });
}
