import { createCipheriv, hash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pointBackend } from "@anamnesis/core/crypto/pointBackend";
import { publicKeyOf, scalarFromSeed } from "@anamnesis/core/crypto/secp256k1";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import { openPgliteInMemory } from "@anamnesis/node/database/pgliteDatabase";
import { inFolder } from "../run/inFolder.ts";
import { quickRate, rate } from "../run/rate.ts";

/** What this machine can do at most, measured with as little of our code as possible: a CPU second, syncs a second. */
export interface Limits {
  /** Appends of 4 KiB to one file, each synced before the next. */
  readonly syncs: number;
  /** Multiplications of a point with a scalar, by the arithmetic that is active. */
  readonly multiplications: number;
  /** Megabytes. */
  readonly aesGcm: number;
  readonly sha256: number;
  readonly jsonParse: number;
  /** SHA-256 of 65 bytes: a node of a Merkle tree. */
  readonly nodeHashes: number;
  /** `select 1` in the embedded database, in memory. */
  readonly statements: number;
}

const MEGABYTE = 1_000_000;

export async function measureLimits(time: number): Promise<Limits> {
  const mega = (bytes: number, work: () => void): number => (quickRate(time, work) * bytes) / MEGABYTE;
  const chunk = randomBytes(64 * 1024);
  const key = randomBytes(32);
  const nonce = randomBytes(12);
  const scalar = scalarFromSeed(Uint8Array.from(randomBytes(48)));
  const point = publicKeyOf(scalarFromSeed(Uint8Array.from(randomBytes(48))));
  const text = generatePatientBundle({ seed: "limits" });
  const node = randomBytes(65);
  return {
    syncs: await syncs(time),
    multiplications: quickRate(time, () => void pointBackend().mul(point, scalar)),
    aesGcm: mega(chunk.length, () => void createCipheriv("aes-256-gcm", key, nonce).update(chunk)),
    sha256: mega(chunk.length, () => void hash("sha256", chunk, "buffer")),
    jsonParse: mega(Buffer.byteLength(text), () => void JSON.parse(text)),
    nodeHashes: quickRate(time, () => void hash("sha256", node, "buffer")),
    statements: await statements(time),
  };
}

async function syncs(time: number): Promise<number> {
  return inFolder(async (folder) => {
    const file = await open(join(folder, "syncs"), "w");
    const page = Buffer.alloc(4096, 1);
    try {
      const { perSecond } = await rate(time, async () => {
        await file.write(page);
        await file.datasync();
      });
      return perSecond;
    } finally {
      await file.close();
    }
  });
}

async function statements(time: number): Promise<number> {
  const db = await openPgliteInMemory();
  try {
    return (await rate(time, () => db.query("select 1"))).perCpuSecond;
  } finally {
    await db.close();
  }
}
