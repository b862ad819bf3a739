import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { signCheckpoint, verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import type { CheckpointKey } from "@anamnesis/core/audit/checkpointKey";
import { leafHash, MerkleTree } from "@anamnesis/core/audit/merkleTree";
import {
  decodeEntryBundle,
  encodeEntryBundle,
  formatTilePath,
  hasTile,
  parseTilePath,
  TILE_WIDTH,
} from "@anamnesis/core/audit/tiles";
import { AnamnesisError } from "@anamnesis/core/errors";

const LOG = "/v1/log/";

/** A log as its operator shows it, key in hand. */
export interface LiedLog {
  readonly entries: readonly Uint8Array[];
  readonly key: CheckpointKey;
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** All entries that a node shows now. */
export async function entriesOf(node: string, key: CheckpointKey): Promise<readonly Uint8Array[]> {
  const { size } = verifyCheckpoint(await (await fetch(`${node}${LOG}checkpoint`)).text(), key);
  const entries: Uint8Array[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const answer = await fetch(`${node}${LOG}${formatTilePath({ level: "entries", index, width })}`);
    entries.push(...decodeEntryBundle(new Uint8Array(await answer.arrayBuffer()), width));
  }
  return entries;
}

/** As `entries` with the one at `index` replaced by another. */
export function forked(entries: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  return entries.map((entry, i) => (i === index ? new Uint8Array(randomBytes(32)) : entry));
}

/**
 * A node that passes everything on to the real one and shows another log, signed with the real key: what an operator who cheats
 * can do at most.
 */
export class LyingNode {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(node: string, lied: LiedLog): Promise<LyingNode> {
    const tree = new MerkleTree();
    for (const entry of lied.entries) tree.append(leafHash(entry));
    const { key, entries } = lied;
    const head = { origin: key.name, size: tree.size, root: tree.root() };
    const checkpoint = await signCheckpoint(head, key.publicKey, lied.sign);
    const tileOf = (path: string): Uint8Array | null => {
      const tile = parseTilePath(path);
      if (tile === null || !hasTile(tree.size, tile)) return null;
      const { level, index, width } = tile;
      const from = index * TILE_WIDTH;
      if (level === "entries") return encodeEntryBundle(entries.slice(from, from + width));
      return tree.nodes(8 * level, from, width);
    };
    const server = createServer((request, response) => {
      const path = request.url ?? "/";
      const answer = async (): Promise<{ status: number; bytes: Uint8Array | string }> => {
        if (path === `${LOG}checkpoint`) return { status: 200, bytes: checkpoint };
        if (path.startsWith(`${LOG}tile/`)) {
          const bytes = tileOf(path.slice(LOG.length));
          const problem = JSON.stringify({ code: "not-found", title: "No tile.", status: 404 });
          return bytes === null ? { status: 404, bytes: problem } : { status: 200, bytes };
        }
        const real = await fetch(`${node}${path}`);
        return { status: real.status, bytes: new Uint8Array(await real.arrayBuffer()) };
      };
      answer().then(
        ({ status, bytes }) => response.writeHead(status).end(bytes),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return new LyingNode(server);
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo | null;
    if (address === null) {
      throw new AnamnesisError({ code: "not-listening", rule: "It listens.", fix: "Start it." });
    }
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
