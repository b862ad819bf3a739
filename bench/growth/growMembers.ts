import { anchorBatch } from "@anamnesis/node/anchor/anchorBatch";
import { anchorLogHead } from "@anamnesis/node/anchor/anchorLogHead";
import { release } from "@anamnesis/node/custody/release";
import { closeTestDatabases, releaseTestDatabases } from "@anamnesis/node/indexer/testing/testDatabase";
import type { TestNode } from "@anamnesis/node/indexer/testing/testNode";
import { sendOutbox } from "@anamnesis/node/outbox/sendOutbox";
import { putRecords } from "@anamnesis/node/records/putRecords";
import { CustodyWorld, opened } from "@anamnesis/node/testing/custodyWorld";
import { batchOf, itemOf, seal, type Sealed } from "@anamnesis/node/testing/sealedRecords";
import { combine } from "@anamnesis/core/crypto/combine";
import { verifyShares } from "@anamnesis/core/crypto/dleq";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { releaseRequestDigest, type ReleaseRequest } from "@anamnesis/core/release/releaseRequest";
import type { ReleaseAnswerBody } from "@anamnesis/core/release/releaseAnswer";
import { benchFailed } from "../run/benchFailed.ts";
import type { Progress } from "../run/progress.ts";
import type { Row, Table } from "../run/report.ts";
import type { Curve } from "../run/settings.ts";
import { useCurve } from "../run/useCurve.ts";
import { withSlopes } from "./slopes.ts";

const MEMBERS = [3, 5, 10, 20] as const;
/** Records that the first member takes and that a doctor opens, in puts of half as many. */
const RECORDS = 128;

/**
 * Consortiums of more and more members, all in this process: each node has a database of its own in memory, real decision,
 * cryptography and SQL; the ledger is in memory, and there are no sockets and no disks.
 */
export async function growMembers(curve: Curve, progress: Progress): Promise<readonly Table[]> {
  useCurve(curve);
  const rows: Row[] = [];
  for (const members of MEMBERS) {
    rows.push(await progress.stage(`${members} members in this process`, () => measure(members)));
    await releaseTestDatabases();
  }
  await closeTestDatabases();
  return withSlopes(
    {
      bench: "growth",
      title: `As members become more (nodes in one process, databases in memory, ${curve})`,
      rows,
      notes: [
        "A consortium of one member cannot be: a committee has a threshold of at least 2. At most 10 members are custodians, so the threshold stops at 6.",
        "CPU milliseconds a record; follow is one node's reading of ledger and manifest; open is what all asked custodians and the client do together, one after the other; intents are those of an interval in which every member writes and every custodian answered.",
      ],
    },
    "members",
  );
}

async function measure(members: number): Promise<Row> {
  const world = await CustodyWorld.startMembers(members);
  const { node } = world;
  const doctor = await world.actor("doctor", "practitioner");
  const { consent } = await world.consent(doctor);
  const before = await databaseSize(world.nodes);
  const sealed = await sealMany(world);
  const putCpu = await cpuOf(async () => {
    for (let from = 0; from < RECORDS; from += RECORDS / 2) {
      await putRecords(node, batchOf(...sealed.slice(from, from + RECORDS / 2)));
    }
  });
  await anchorBatch(node);
  await sendOutbox(node);
  const followCpu = await cpuOf(() => world.follow());
  const after = await databaseSize(world.nodes);
  const records = [];
  for (const one of sealed) records.push(await itemOf(node, one, world.segment));
  const request = await world.request({ requester: doctor.requester, records, consent }, doctor.secret);
  const custodians = world.nodes.slice(0, world.deal.custodians.length);
  const { threshold } = world.deal;
  const openCpu = await cpuOf(() => openWith(world, custodians.slice(0, threshold), request));
  for (const late of custodians.slice(threshold)) await release(late, world.services(), request);
  let intents = 0;
  for (const member of world.nodes) {
    const previous = member === node ? (sealed.at(-1)?.label ?? null) : null;
    const own = await seal(world, member, { previous });
    await putRecords(member, batchOf(own));
    if ((await anchorBatch(member)) > 0) intents++;
    if ((await anchorLogHead(member)) > 0) intents++;
  }
  return {
    members,
    threshold,
    "put CPU ms": putCpu / RECORDS,
    "follow CPU ms": followCpu / RECORDS / members,
    "open CPU ms": openCpu / RECORDS,
    "open CPU ms and custodian": openCpu / RECORDS / threshold,
    "intents an interval": intents,
    "database kB a record, all nodes": (after - before) / 1000 / RECORDS,
    "process MB": process.memoryUsage().rss / 1e6,
  };
}

async function sealMany(world: CustodyWorld): Promise<readonly Sealed[]> {
  const sealed: Sealed[] = [];
  for (let i = 0; i < RECORDS; i++) {
    const last = sealed.at(-1);
    const parts = last === undefined ? {} : { session: last.session, previous: last.label };
    sealed.push(await seal(world, world.node, parts));
  }
  return sealed;
}

/** What the client does with as many custodians as open: asks, verifies each one's shares, combines them. */
async function openWith(
  world: CustodyWorld,
  custodians: readonly TestNode[],
  request: ReleaseRequest,
): Promise<void> {
  const points = request.body.records.map(({ header }) => header.body.U);
  const context = fromHex(releaseRequestDigest(request.body));
  const answers: ReleaseAnswerBody[] = [];
  for (const custodian of custodians) {
    const { body } = await opened(await release(custodian, world.services(), request));
    const verificationShare = world.deal.custodians[body.index - 1]?.verificationShare;
    const shares = body.shares.filter((share) => share !== null);
    if (verificationShare === undefined || body.proof === null || shares.length !== points.length)
      throw benchFailed();
    if (!verifyShares({ verificationShare, points, shares, context, proof: body.proof })) throw benchFailed();
    answers.push(body);
  }
  points.forEach((_, i) => {
    const shares = answers.map(({ index, shares: given }) => ({ index, point: given[i] as Uint8Array }));
    combine({ threshold: world.deal.threshold, shares });
  });
}

/** CPU milliseconds of this process, which other work on the machine does not change much. */
async function cpuOf(work: () => Promise<void>): Promise<number> {
  const begin = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

async function databaseSize(nodes: readonly TestNode[]): Promise<number> {
  let sum = 0;
  for (const { db } of nodes) {
    const [row] = await db.query<{ size: number }>("select pg_database_size(current_database()) as size");
    sum += row?.size ?? 0;
  }
  return sum;
}
