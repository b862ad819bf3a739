import { setTimeout as sleep } from "node:timers/promises";
import { setBlockInterval } from "./ledgerWork.ts";
import { ORGANISATIONS } from "./cast.ts";
import type { World } from "./start/startWorld.ts";

/** Seconds between two blocks of an idle chain: each costs the engine some 3 kB of memory for ever. */
const IDLE_BLOCK_INTERVAL = 5;
/** Milliseconds between two looks at the nodes' health. */
const LOOK = 10_000;

/** Stays until `interrupted`, looks at every node's health and says when one changes. */
export async function watchNodes(
  world: World,
  interrupted: Promise<unknown>,
  say: (text: string) => void,
): Promise<void> {
  if (world.anvil !== null) await setBlockInterval(world.anvil.rpcUrl, IDLE_BLOCK_INTERVAL);
  const last = new Map<string, string>();
  const end = new AbortController();
  const ended = interrupted.then(() => end.abort());
  while (!end.signal.aborted) {
    await sleep(LOOK, undefined, { signal: end.signal }).catch(() => undefined);
    if (end.signal.aborted) break;
    for (const key of ORGANISATIONS) {
      const node = world.nodes[key];
      const status = (await node.health())?.status ?? "not answering";
      if ((last.get(key) ?? "ready") !== status) {
        say(`  ${new Date().toISOString()}  ${node.name}: ${status}`);
      }
      last.set(key, status);
    }
  }
  await ended;
  say(`\n  stopping ${world.anvil === null ? "nodes" : "nodes and chain"}; the state stays`);
}
