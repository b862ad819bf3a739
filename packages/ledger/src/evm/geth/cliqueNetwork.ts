import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { parseAddress } from "@anamnesis/core/ids";
import type { PublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { connectEngine } from "../engine.ts";
import { anyFreePort } from "../freePort.ts";
import { cliqueGenesis } from "./cliqueGenesis.ts";
import { CliqueNode } from "./cliqueNode.ts";
import { gethFailed } from "./gethProcess.ts";

export interface CliqueNetworkOptions {
  /** The executable. */
  readonly program: string;
  /** 3 by default. */
  readonly signers?: number;
  /** Seconds between two blocks; 1 by default. */
  readonly period?: number;
  /** 60,000,000 by default. */
  readonly gasLimit?: number;
  /** As in `CliqueGenesisOptions`; `null` by default. */
  readonly baseFee?: number | null;
}

const CHAIN_ID = 4_711;
/** Milliseconds. */
const DEADLINE = 60_000;
/** Milliseconds: a network whose signers were all killed may stand still after a restart, and goes on after another one. */
const STANDSTILL = 20_000;
const LEVEL = 15_000;
const RESTARTS = 3;
const POLL = 50;

/** For tests: a network of geth signers on 127.0.0.1 with free transactions, in a temporary folder. */
export class CliqueNetwork {
  readonly chainId = CHAIN_ID;
  readonly nodes: readonly CliqueNode[];
  readonly folder: string;
  readonly #clients: ReadonlyMap<CliqueNode, PublicClient>;

  private constructor(folder: string, nodes: readonly CliqueNode[]) {
    this.folder = folder;
    this.nodes = nodes;
    const engine = { chainId: CHAIN_ID, requestDeadline: 2_000, pollingInterval: POLL };
    this.#clients = new Map(nodes.map((node) => [node, connectEngine({ ...engine, rpcUrl: node.rpcUrl })]));
  }

  /** Returns when all signers know each other and there is a block. Throws `geth-failed`. */
  static async start(options: CliqueNetworkOptions): Promise<CliqueNetwork> {
    const { program, signers = 3, period = 1, gasLimit = 60_000_000, baseFee = null } = options;
    const folder = await mkdtemp(join(tmpdir(), "anamnesis-geth-"));
    const keys = Array.from({ length: signers }, () => toHex(randomBytes(32)));
    const addresses = keys.map((key) => parseAddress(privateKeyToAccount(key).address));
    const genesisPath = join(folder, "genesis.json");
    const timestamp = Math.floor(Date.now() / 1000);
    const genesis = { chainId: CHAIN_ID, signers: addresses, period, gasLimit, baseFee, timestamp };
    await writeFile(genesisPath, JSON.stringify(cliqueGenesis(genesis)));
    const nodes: CliqueNode[] = [];
    for (const [i, signer] of keys.entries()) {
      nodes.push(
        await CliqueNode.create({
          program,
          folder: join(folder, `signer-${i + 1}`),
          genesisPath,
          chainId: CHAIN_ID,
          gasLimit,
          signer,
          nodeKey: toHex(randomBytes(32)),
          peerPort: await anyFreePort(),
          rpcPort: await anyFreePort(),
        }),
      );
    }
    const network = new CliqueNetwork(folder, nodes);
    try {
      await network.restartAll();
      return network;
    } catch (error) {
      await network.stop();
      throw error;
    }
  }

  /** Of the node at this place, counted round. */
  node(place: number): CliqueNode {
    return this.nodes[place % this.nodes.length] as CliqueNode;
  }

  client(node: CliqueNode): PublicClient {
    return this.#clients.get(node) as PublicClient;
  }

  /**
   * Starts what does not run, and returns when the chain goes on and all are one network. Signers sign only when they see each other:
   * three that each signed a block of their own wait for the others for ever (EIP-3436 describes it). Throws `geth-failed`.
   */
  async restartAll(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      for (const node of this.nodes) if (!node.isRunning) await this.#start(node);
      await this.#connected();
      await this.#level();
      // All at once: who does not sign yet drops a block that it is told of.
      await Promise.all(this.nodes.map((node) => this.#ask(node, "miner_start")));
      try {
        await this.#moves(STANDSTILL);
        return;
      } catch (error) {
        if (attempt === RESTARTS) throw error;
        for (const node of this.nodes) await node.end("SIGTERM");
      }
    }
  }

  async height(node: CliqueNode): Promise<number> {
    return Number(await this.client(node).getBlockNumber());
  }

  /** Returns when every running node has a block of this number. */
  async reached(number: number, deadline: number = DEADLINE): Promise<void> {
    await this.reachedAt(
      this.nodes.filter(({ isRunning }) => isRunning),
      number,
      deadline,
    );
  }

  async reachedAt(nodes: readonly CliqueNode[], number: number, deadline: number = DEADLINE): Promise<void> {
    await until("no-blocks", deadline, async () => {
      const heights = await Promise.all(nodes.map((node) => this.height(node)));
      return heights.every((height) => height >= number);
    });
  }

  /**
   * Returns when the block of this number (the newest by default), or the one that replaced it, stays: all running nodes have it
   * and two further ones, so that every signer builds on it.
   */
  async settle(block?: number): Promise<void> {
    const running = this.nodes.filter(({ isRunning }) => isRunning);
    const heights = await Promise.all(running.map((node) => this.height(node)));
    const number = block ?? Math.max(...heights);
    await this.reached(number + 2);
    await until("no-common-chain", DEADLINE, async () => {
      const blocks = await Promise.all(
        running.map((node) => this.client(node).getBlock({ blockNumber: BigInt(number) })),
      );
      return new Set(blocks.map(({ hash }) => hash)).size === 1;
    });
  }

  /** Cuts this node off from all others. */
  async isolate(node: CliqueNode): Promise<void> {
    await until("not-isolated", DEADLINE, async () => {
      for (const other of this.#othersOf(node)) {
        await this.#ask(node, "admin_removePeer", other.enode);
        await this.#ask(other, "admin_removePeer", node.enode);
      }
      return (await this.#peers(node)) === 0;
    });
  }

  /** Ends what `isolate` did; the nodes agree on one chain soon after. */
  async join(node: CliqueNode): Promise<void> {
    for (const other of this.#othersOf(node)) {
      // A node dials another one again only after half a minute: that one dials now.
      await this.#ask(node, "admin_addPeer", other.enode);
      await this.#ask(other, "admin_addPeer", node.enode);
    }
    await this.#connected();
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end("SIGKILL")));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Both of a pair dialling each other at once would end both connections: who comes later dials. */
  async #start(node: CliqueNode): Promise<void> {
    await node.start();
    // Its key is unlocked some moments after it answers.
    await until("no-answer", DEADLINE, async () => {
      await this.#ask(node, "eth_sign", node.signer, "0x00");
      return true;
    });
    for (const other of this.#othersOf(node)) await this.#ask(node, "admin_addPeer", other.enode);
  }

  #othersOf(node: CliqueNode): readonly CliqueNode[] {
    return this.nodes.filter((other) => other !== node && other.isRunning);
  }

  /** Returns when every running node has all running others as peers. */
  async #connected(): Promise<void> {
    const running = this.nodes.filter(({ isRunning }) => isRunning);
    await until("not-one-network", DEADLINE, async () => {
      const peers = await Promise.all(running.map((node) => this.#peers(node)));
      return peers.every((count) => count === running.length - 1);
    });
  }

  /**
   * Waits until all have the same newest block: who still fetches blocks drops a new one that it is told of. Equal forks stay apart
   * until somebody signs, so it waits no longer than geth's look for a better peer takes (10 s).
   */
  async #level(): Promise<void> {
    await until("not-level", LEVEL, async () => {
      const blocks = await Promise.all(this.nodes.map((node) => this.client(node).getBlock()));
      return new Set(blocks.map(({ hash }) => hash)).size === 1;
    }).catch(() => undefined);
  }

  async #moves(deadline: number): Promise<void> {
    const heights = await Promise.all(this.nodes.map((node) => this.height(node)));
    await this.reached(Math.max(...heights) + 2, deadline);
  }

  async #peers(node: CliqueNode): Promise<number> {
    return Number(await this.#ask(node, "net_peerCount"));
  }

  async #ask(node: CliqueNode, method: string, ...params: readonly string[]): Promise<unknown> {
    const client = this.client(node);
    return client.request<{ Method: string; Parameters: readonly string[]; ReturnType: unknown }>({
      method,
      params,
    });
  }
}

/** Throws `geth-failed` with this reason when `probe` does not come true, or gets no answer, within the deadline. */
async function until(reason: string, deadline: number, probe: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + deadline;
  while (performance.now() < end) {
    if (await probe().catch(() => false)) return;
    await delay(POLL);
  }
  throw gethFailed(reason);
}
