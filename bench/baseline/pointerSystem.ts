import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Address, type Hash32, type Hex, parseAddress } from "@anamnesis/core/ids";
import { connectEngine } from "@anamnesis/ledger/evm/engine";
import { decodeFunctionResult, encodeFunctionData, getContractAddress } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { benchFailed } from "../run/benchFailed.ts";
import { pointersAbi, pointersBytecode } from "./generated/pointers.ts";

/** Somebody with an account of its own: each sends its own transactions. */
export interface Party {
  readonly account: PrivateKeyAccount;
  readonly address: Address;
  nonce: number;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Plenty for each of the contract's functions and for its creation. */
const GAS = 1_000_000n;

export function newParty(): Party {
  const account = privateKeyToAccount(`0x${randomBytes(32).toString("hex")}`);
  return { account, address: parseAddress(account.address), nonce: 0 };
}

/**
 * Records as a pointer on the chain, a file under one key and an access list in a contract. The key lies with the storage: who
 * runs it reads everything, and the contract's answer is obeyed because that program obeys it.
 */
export class PointerSystem {
  readonly #client: ReturnType<typeof connectEngine>;
  readonly #chainId: number;
  readonly #contract: Address;
  readonly #folder: string;
  readonly #key = randomBytes(32);

  private constructor(
    client: ReturnType<typeof connectEngine>,
    chainId: number,
    contract: Address,
    folder: string,
  ) {
    this.#client = client;
    this.#chainId = chainId;
    this.#contract = contract;
    this.#folder = folder;
  }

  static async deploy(engine: { rpcUrl: string; chainId: number }, folder: string): Promise<PointerSystem> {
    const client = connectEngine({ ...engine, requestDeadline: 10_000, pollingInterval: 20 });
    const deployer = newParty();
    const contract = parseAddress(getContractAddress({ from: deployer.address, nonce: 0n }));
    const system = new PointerSystem(client, engine.chainId, contract, folder);
    await system.included(await system.#send(deployer, pointersBytecode));
    return system;
  }

  /** Encrypts and syncs the file, then sends the pointer; the next record need not wait for the block. */
  async put(hospital: Party, record: Hash32, patient: Address, bytes: Uint8Array): Promise<Hash32> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const body = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    const digest: Hash32 = `0x${createHash("sha256").update(body).digest("hex")}`;
    const file = await open(join(this.#folder, digest), "w");
    try {
      await file.writeFile(body);
      await file.datasync();
    } finally {
      await file.close();
    }
    return this.#call(hospital, { functionName: "put", args: [record, patient, digest] });
  }

  grant(patient: Party, reader: Address): Promise<Hash32> {
    return this.#call(patient, { functionName: "grant", args: [reader] });
  }

  revoke(patient: Party, reader: Address): Promise<Hash32> {
    return this.#call(patient, { functionName: "revoke", args: [reader] });
  }

  /** `null` when the reader is not on the list. */
  async open(record: Hash32, reader: Address): Promise<Uint8Array | null> {
    const call = { abi: pointersAbi, functionName: "open", args: [record, reader] } as const;
    const { data = "0x" } = await this.#client.call({ to: this.#contract, data: encodeFunctionData(call) });
    const digest = decodeFunctionResult({ abi: pointersAbi, functionName: "open", data });
    if (BigInt(digest) === 0n) return null;
    const bytes = await readFile(join(this.#folder, digest));
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
    return Uint8Array.from(Buffer.concat([decipher.update(body), decipher.final()]));
  }

  /** Gas of a transaction once it stands in a block. */
  async included(hash: Hash32): Promise<number> {
    const receipt = await this.#client.waitForTransactionReceipt({
      hash,
      timeout: 60_000,
      checkReplacement: false,
    });
    if (receipt.status !== "success") throw benchFailed();
    return Number(receipt.gasUsed);
  }

  #call(
    from: Party,
    call:
      | { readonly functionName: "put"; readonly args: readonly [Hash32, Address, Hash32] }
      | { readonly functionName: "grant" | "revoke"; readonly args: readonly [Address] },
  ): Promise<Hash32> {
    return this.#send(from, encodeFunctionData({ abi: pointersAbi, ...call }), this.#contract);
  }

  async #send(from: Party, data: Hex, to?: Address): Promise<Hash32> {
    const serializedTransaction = await from.account.signTransaction({
      type: "legacy",
      chainId: this.#chainId,
      gasPrice: 0n,
      gas: GAS,
      nonce: from.nonce++,
      data,
      ...(to === undefined ? {} : { to }),
    });
    return this.#client.sendRawTransaction({ serializedTransaction });
  }
}
