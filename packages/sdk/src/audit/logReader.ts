import { auditRoutes } from "@anamnesis/api/routes/audit";
import { formatTilePath, type Tile } from "@anamnesis/core/audit/tiles";
import { connect, type Runtime } from "../runtime.ts";

/** One node's log as anyone can read it, without a key. */
export interface LogReader {
  /** The signed note. Throws what the node answers. */
  readonly checkpoint: () => Promise<string>;
  /** Bytes of a tile or entry bundle, each fetched once. Throws what the node answers, `not-found` among it. */
  readonly tile: (tile: Tile) => Promise<Uint8Array>;
}

export function readLog(runtime: Runtime, endpoint: string): LogReader {
  const client = connect(runtime, endpoint, null);
  const fetched = new Map<string, Promise<Uint8Array>>();
  return {
    checkpoint: () => client.call(auditRoutes.checkpoint, {}, undefined),
    tile: (tile) => {
      const path = formatTilePath(tile).slice("tile/".length);
      const known = fetched.get(path);
      if (known !== undefined) return known;
      const bytes = client.call(auditRoutes.tile, { "*": path }, undefined);
      fetched.set(path, bytes);
      return bytes;
    },
  };
}
