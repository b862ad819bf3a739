import { type Address, type Hash32, type Hex, parseAddress } from "@anamnesis/core/ids";
import {
  concat,
  getContractAddress,
  keccak256,
  type PublicClient,
  recoverAddress,
  serializeTransaction,
} from "viem";

/**
 * Creation code of the deterministic deployment proxy (github.com/Arachnid/deterministic-deployment-proxy): calldata is a
 * salt and creation code; it creates the contract with CREATE2 and returns its address. Bytes that never change, so that
 * no compiler moves all addresses.
 */
const FACTORY_BYTECODE =
  "0x604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";
const FACTORY_GAS = 200_000n;
/** Any number that is an x coordinate on the curve: a signature that nobody made, so that nobody has the sender's key. */
const MADE_UP = `0x${"22".repeat(32)}` as const;

export interface Factory {
  readonly address: Address;
  /** The account that its creation recovers to. */
  readonly sender: Address;
  /** The transaction that creates it, for whoever brings it. */
  readonly transaction: Hex;
}

/**
 * The factory of a chain. Its creation is a transaction with a made-up signature: the account that this makes the sender
 * has this one transaction, for ever, so the factory's address depends on nothing but the chain's id, and anyone can bring
 * it without a key or coins (at gas price zero). It names the chain (EIP-155), as engines demand of what they are sent.
 */
export async function factoryOf(chainId: number): Promise<Factory> {
  const unsigned = {
    type: "legacy",
    chainId,
    nonce: 0,
    gasPrice: 0n,
    gas: FACTORY_GAS,
    data: FACTORY_BYTECODE,
  } as const;
  const signature = { r: MADE_UP, s: MADE_UP, yParity: 0 };
  const sender = await recoverAddress({ hash: keccak256(serializeTransaction(unsigned)), signature });
  return {
    address: parseAddress(getContractAddress({ from: sender, nonce: 0n })),
    sender: parseAddress(sender),
    transaction: serializeTransaction(unsigned, { ...signature, v: BigInt(chainId) * 2n + 35n }),
  };
}

/** Where the factory creates this code under this salt. */
export function create2Address(factory: Address, salt: Hash32, creation: Hex): Address {
  return parseAddress(getContractAddress({ opcode: "CREATE2", from: factory, salt, bytecode: creation }));
}

/** What the factory takes. */
export function create2Data(salt: Hash32, creation: Hex): Hex {
  return concat([salt, creation]);
}

export async function hasCode(client: PublicClient, address: Address): Promise<boolean> {
  return (await client.getCode({ address })) !== undefined;
}
