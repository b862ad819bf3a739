import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Address, type Hex, parseAddress } from "@anamnesis/core/ids";
import { privateKeyToAccount } from "viem/accounts";
import { type GethProcess, gethFailed, startGethProcess } from "./gethProcess.ts";

const run = promisify(execFile);

export interface CliqueNodeOptions {
  /** The executable. */
  readonly program: string;
  /** Of this node alone. */
  readonly folder: string;
  readonly genesisPath: string;
  readonly chainId: number;
  readonly gasLimit: number;
  /** Private keys (32 bytes) that it signs blocks with, and that its peers know it by. */
  readonly signer: Hex;
  readonly nodeKey: Hex;
  readonly peerPort: number;
  readonly rpcPort: number;
}

/** One signer of a Clique network on 127.0.0.1: a process that can be ended, stopped and started again. */
export class CliqueNode {
  readonly rpcUrl: string;
  /** The account that it signs blocks with. */
  readonly signer: Address;
  /** Its address for peers. */
  readonly enode: string;
  readonly logPath: string;
  readonly #options: CliqueNodeOptions;
  #process: GethProcess | null = null;

  private constructor(options: CliqueNodeOptions) {
    this.#options = options;
    this.signer = parseAddress(privateKeyToAccount(options.signer).address);
    this.rpcUrl = `http://127.0.0.1:${options.rpcPort}`;
    const { publicKey } = privateKeyToAccount(options.nodeKey);
    this.enode = `enode://${publicKey.slice(4)}@127.0.0.1:${options.peerPort}`;
    this.logPath = join(options.folder, "geth.log");
  }

  /** Its data folder with keys and first block; nothing runs yet. */
  static async create(options: CliqueNodeOptions): Promise<CliqueNode> {
    const { program, folder } = options;
    const [keyPath, data] = [join(folder, "signer"), join(folder, "data")];
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, "passphrase"), "", { mode: 0o600 });
    await writeFile(keyPath, options.signer.slice(2), { mode: 0o600 });
    const passphrase = ["--password", join(folder, "passphrase")];
    try {
      await run(program, ["account", "import", "--lightkdf", "--datadir", data, ...passphrase, keyPath]);
      await run(program, ["init", "--datadir", data, options.genesisPath]);
    } catch {
      throw gethFailed("no-first-block");
    }
    return new CliqueNode(options);
  }

  /** It knows no peers yet, and signs no blocks until `miner_start` is called. */
  async start(): Promise<void> {
    const { folder, program, peerPort } = this.#options;
    const config = join(folder, "config.toml");
    await writeFile(config, `[Node.P2P]\nListenAddr = "127.0.0.1:${peerPort}"\n`);
    this.#process = await startGethProcess(program, ["--config", config, ...this.#arguments()], this.logPath);
  }

  #arguments(): readonly string[] {
    const { folder, chainId, gasLimit, nodeKey, rpcPort } = this.#options;
    return [
      `--datadir=${join(folder, "data")}`,
      `--networkid=${chainId}`,
      `--nodekeyhex=${nodeKey.slice(2)}`,
      "--nodiscover",
      "--nat=none",
      "--netrestrict=127.0.0.0/8",
      "--ipcdisable",
      "--authrpc.addr=127.0.0.1",
      "--authrpc.port=0",
      "--http",
      "--http.addr=127.0.0.1",
      `--http.port=${rpcPort}`,
      "--http.api=eth,net,admin,miner",
      "--syncmode=full",
      // Else a killed node goes back by as many blocks as it held in memory.
      "--gcmode=archive",
      "--cache=64",
      `--unlock=${this.signer}`,
      `--password=${join(folder, "passphrase")}`,
      // Unlocked with HTTP on, which lets whoever reaches the RPC send from it: an account without coins, on 127.0.0.1.
      "--allow-insecure-unlock",
      `--miner.etherbase=${this.signer}`,
      "--miner.gasprice=0",
      // A transaction that comes while a block waits for its time gets into it.
      "--miner.recommit=1s",
      `--miner.gaslimit=${gasLimit}`,
    ];
  }

  get isRunning(): boolean {
    return this.#process !== null;
  }

  /** Of its process; 0 when it is not running. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** SIGTERM lets it write what it holds in memory, SIGKILL does not. Returns when it has ended. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const running = this.#process;
    this.#process = null;
    await running?.end(signal);
  }

  /** It takes requests and answers none, until `resume`. */
  pause(): void {
    if (this.#process !== null) process.kill(this.#process.pid, "SIGSTOP");
  }

  resume(): void {
    if (this.#process !== null) process.kill(this.#process.pid, "SIGCONT");
  }
}
