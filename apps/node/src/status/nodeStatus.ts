import { createClient } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { NodeStatus } from "@anamnesis/api/routes/nodeStatus";
import { isAnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { VERSION } from "../version.ts";
import type { BlobCount } from "./blobCount.ts";

/** Milliseconds for a custodian's answer. */
const TIMEOUT = 3000;

/** Bytes that are free for this process, and all of the disk. */
export interface DiskSpace {
  readonly free: number;
  readonly size: number;
}

/** This node's figures as they are now. @param disk of the data folder; `null`: the system does not say. */
export async function nodeStatus(
  context: NodeContext,
  blobs: Pick<BlobCount, "newest">,
  disk: () => Promise<DiskSpace | null>,
): Promise<NodeStatus> {
  const { db, organisation, receipts, standing, copy, clock } = context;
  const [last] = await db.query<{
    readonly sequence: number;
    readonly time: UnixSeconds;
    readonly records: number;
  }>(
    `select sequence, time, count as records from ledger_batches
     where organisation = $1 order by sequence desc limit 1`,
    [organisation],
  );
  const [sizes] = await db.query<{
    readonly database: number;
    readonly waiting: number;
    readonly signed: number | null;
    readonly anchored: number | null;
  }>(
    `select pg_database_size(current_database()) as database,
       (select count(*)::int from records where own and sequence is null) as waiting,
       (select max(size) from checkpoints) as signed,
       (select max(size) from ledger_log_heads where organisation = $1) as anchored`,
    [organisation],
  );
  const outbox = await db.query<NodeStatus["outbox"][number]>(
    `select type, (count(*) filter (where state = 'pending'))::int as pending,
       coalesce(max(attempts) filter (where state = 'pending'), 0)::int as attempts,
       (count(*) filter (where state = 'refused'))::int as refused
     from outbox where state <> 'done' group by type order by type`,
  );
  const committee = await copy.committee();
  const head = copy.head();
  return {
    now: clock.now(),
    version: VERSION,
    head: head === null ? null : { number: head.number, time: head.time, confirmedAt: head.confirmedAt },
    custodians: await custodiansOf(context, committee?.members ?? []),
    threshold: committee?.threshold ?? null,
    anchors: { last: last ?? null, waiting: sizes?.waiting ?? 0 },
    outbox,
    storage: { database: sizes?.database ?? 0, blobs: blobs.newest(), disk: await disk() },
    log: {
      size: receipts.head().size,
      signed: sizes?.signed ?? null,
      anchored: sizes?.anchored ?? null,
      cosigned: standing.cosignatures,
    },
  };
}

async function custodiansOf(
  context: NodeContext,
  custodians: readonly string[],
): Promise<NodeStatus["custodians"]> {
  const members = (await context.copy.members()).filter((member) => custodians.includes(member.organisation));
  return Promise.all(
    members.map(async ({ organisation, name, endpoint }) => {
      const answers = organisation === context.organisation || (await doesAnswer(context, endpoint));
      return { organisation, name, answers };
    }),
  );
}

async function doesAnswer(
  { fetch, clock, random }: Pick<NodeContext, "fetch" | "clock" | "random">,
  endpoint: string,
): Promise<boolean> {
  if (!URL.canParse(endpoint)) return false;
  const client = createClient({
    baseUrl: endpoint.replace(/\/+$/, ""),
    fetch,
    signer: null,
    now: () => clock.now(),
    random: (length) => random.bytes(length),
    timeout: TIMEOUT,
  });
  try {
    await client.call(exchangeRoutes.node, {}, undefined);
    return true;
  } catch (error) {
    if (!isAnamnesisError(error)) throw error;
    return false;
  }
}
