import { release } from "@anamnesis/node/custody/release";
import { putRecords } from "@anamnesis/node/records/putRecords";
import { CustodyWorld, opened } from "@anamnesis/node/testing/custodyWorld";
import { anchor, batchOf, itemOf, seal, type Sealed } from "@anamnesis/node/testing/sealedRecords";
import { closeTestDatabases, releaseTestDatabases } from "@anamnesis/node/indexer/testing/testDatabase";
import type { Limits } from "../limits/measureLimits.ts";
import { cpuSeconds } from "../run/rate.ts";
import { benchFailed } from "../run/benchFailed.ts";
import type { Part } from "./part.ts";
import type { WriteSession } from "@anamnesis/core/record/session";

/** Records in one put and in one release: what clients send at most. */
const PUT = 64;
const RELEASE = 128;
/** Multiplications of a node that takes a record: proof of its label, and the author's signature. */
const TAKING = 6;
/** Of a custodian that releases one: the same proof, and the share with its part of the common proof. */
const RELEASING = 6;

/**
 * The node's two hot handlers without HTTP: real decision, cryptography and SQL on the embedded database in memory; blobs,
 * receipts and ledger are in memory too, so that no disk is in the figures.
 */
export async function handlerParts(time: number, limits: Limits): Promise<readonly Part[]> {
  try {
    const world = await CustodyWorld.start("north");
    const taken = await put(world, time, limits);
    return [taken, ...(await released(world, time, limits))];
  } finally {
    await releaseTestDatabases();
    await closeTestDatabases();
  }
}

async function sealMany(
  world: CustodyWorld,
  count: number,
  previous: Sealed | null,
): Promise<readonly Sealed[]> {
  const sealed: Sealed[] = [];
  let last = previous;
  for (let i = 0; i < count; i++) {
    const session: { session?: WriteSession } = last === null ? {} : { session: last.session };
    last = await seal(world, world.node, { ...session, previous: last?.label ?? null });
    sealed.push(last);
  }
  return sealed;
}

async function put(world: CustodyWorld, time: number, limits: Limits): Promise<Part> {
  // Sealed beforehand: only the node's work counts.
  let last: Sealed | null = null;
  let spent = 0;
  let batches = 0;
  const samples: number[] = [];
  while (spent < time || batches < 2) {
    const sealed = await sealMany(world, PUT, last);
    last = sealed.at(-1) ?? null;
    const cpu = process.cpuUsage();
    const begin = performance.now();
    const { records } = await putRecords(world.node, batchOf(...sealed));
    const ms = performance.now() - begin;
    if (records.length !== PUT) throw benchFailed();
    // The first one warms up.
    if (batches++ > 0) {
      samples.push(ms);
      spent += 1000 * cpuSeconds(cpu);
    }
  }
  return {
    what: `putRecords handler, batches of ${PUT}, records`,
    perCpuSecond: (1000 * samples.length * PUT) / spent,
    samples,
    limit: [limits.multiplications / TAKING, `${TAKING} multiplications`],
  };
}

async function released(world: CustodyWorld, time: number, limits: Limits): Promise<readonly Part[]> {
  const { node } = world;
  const doctor = await world.actor("doctor", "practitioner");
  const segment = await world.newSegment("bench");
  world.segment = segment;
  const sealed = await sealMany(world, RELEASE, null);
  await putRecords(node, batchOf(...sealed.slice(0, PUT)));
  await putRecords(node, batchOf(...sealed.slice(PUT)));
  await anchor(world, node);
  const { consent } = await world.consent(doctor);
  const items = await Promise.all(sealed.map((one) => itemOf(node, one, segment)));
  const services = world.services();
  const parts: Part[] = [];
  for (const count of [1, RELEASE]) {
    const records = items.slice(0, count);
    const ask = () => world.request({ requester: doctor.requester, records, consent }, doctor.secret);
    const samples: number[] = [];
    let spent = 0;
    while (spent < time || samples.length < 2) {
      const request = await ask();
      const cpu = process.cpuUsage();
      const begin = performance.now();
      const answer = await release(node, services, request);
      const ms = performance.now() - begin;
      samples.push(ms);
      spent += 1000 * cpuSeconds(cpu);
      if (samples.length > 1) continue;
      const { body } = await opened(answer);
      if (body.shares.some((share) => share === null)) throw benchFailed();
    }
    parts.push({
      what: `release handler, ${count} a request, records`,
      perCpuSecond: (1000 * samples.length * count) / spent,
      samples,
      limit: [limits.multiplications / RELEASING, `${RELEASING} multiplications`],
    });
  }
  return parts;
}
