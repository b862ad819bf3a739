import { join } from "node:path";
import { ORGANISATIONS } from "@anamnesis/cli/demo/cast";
import { sizeOnDisk } from "../run/sizeOnDisk.ts";
import type { BenchWorld } from "./benchWorld.ts";

const FILES = { blobs: "blobs", database: "database", receipts: "receipts.log" } as const;

export interface NodeDisk {
  readonly blobs: number;
  readonly database: number;
  /** The database's write-ahead log, which is kept to a size and used again; not in `database`. */
  readonly log: number;
  readonly receipts: number;
}

/** Bytes on disk of each node, by what they are. */
export async function disk({ world }: BenchWorld): Promise<Readonly<Record<string, NodeDisk>>> {
  const entries = ORGANISATIONS.map(async (key) => {
    const at = (name: string): Promise<number> => sizeOnDisk(join(world.state.node(key).data, name));
    const log = await at(join(FILES.database, "pg_wal"));
    const sizes = { blobs: await at(FILES.blobs), database: (await at(FILES.database)) - log, log };
    return [key, { ...sizes, receipts: await at(FILES.receipts) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
