import { toHex } from "@anamnesis/core/encoding/bytes";
import { type Address, type Hex, parseAddress } from "@anamnesis/core/ids";
import {
  concatHex,
  createTestClient,
  encodeAbiParameters,
  getCreate2Address,
  http,
  keccak256,
  publicActions,
  serializeErc6492Signature,
  walletActions,
  zeroHash,
} from "viem";

/** For tests: an account that is a contract of one owner and signs by ERC-1271, at an address that is known before it stands. */
export interface ContractAccount {
  readonly address: Address;
  /** What ERC-6492 makes of a signature while the account does not stand: its factory, the factory's call, the signature. */
  readonly wrap: (signature: Uint8Array) => Hex;
  /** Puts it on the network of an anvil. */
  readonly deploy: (rpcUrl: string) => Promise<void>;
}

/** The deterministic deployment proxy (`create2.ts`), at its usual address: salt and code are all of its call. */
const FACTORY = "0x4e59b44847b379578588920ca78fbf26c0b4956c";
const FACTORY_CODE =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

/** Puts the factory of these accounts on the network of an anvil. */
export async function setFactory(rpcUrl: string): Promise<void> {
  await setCode(rpcUrl, parseAddress(FACTORY), FACTORY_CODE);
}

/**
 * The account's code, by hand: `isValidSignature(bytes32,bytes)` asks the precompile of address 1 who signed the hash, and answers 0x1626ba7e when that is its owner, else zero.
 */
function codeOf(owner: Address): Hex {
  const runtime = concatHex([
    "0x600435600052", // hash
    "0x60a43560001a602052", // v
    "0x606435604052", // r
    "0x608435606052", // s
    "0x602060806080600060015afa50", // staticcall(gas, 1, 0, 128, 128, 32)
    "0x60805173",
    owner,
    "0x14631626ba7e0260e01b60005260206000f3",
  ]);
  const length = ((runtime.length - 2) / 2).toString(16).padStart(2, "0");
  return concatHex([`0x60${length}80600b6000396000f3`, runtime]);
}

export function contractAccount(owner: Address): ContractAccount {
  const code = codeOf(owner);
  const call = concatHex([zeroHash, code]);
  const address = getCreate2Address({
    from: FACTORY,
    salt: zeroHash,
    bytecodeHash: keccak256(code),
  }).toLowerCase() as Address;
  return {
    address,
    wrap: (signature) =>
      serializeErc6492Signature({ address: FACTORY, data: call, signature: toHex(signature) }),
    deploy: async (rpcUrl) => {
      const client = createTestClient({ mode: "anvil", transport: http(rpcUrl) })
        .extend(publicActions)
        .extend(walletActions);
      const [account] = (await client.getAddresses()) as [Address];
      const hash = await client.sendTransaction({ account, to: FACTORY, data: call, chain: null });
      await client.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    },
  };
}

/** Code without an end. */
export const ENDLESS_CODE: Hex = "0x5b600056";

/** Sets the code of an address on an anvil. */
export async function setCode(rpcUrl: string, address: Address, bytecode: Hex): Promise<void> {
  await createTestClient({ mode: "anvil", transport: http(rpcUrl) }).setCode({ address, bytecode });
}

/** A signature wrapped for ERC-6492 whose factory is the caller's choice. */
export function wrapFor(factory: Address, data: Hex, signature: Uint8Array): Hex {
  return concatHex([
    encodeAbiParameters(
      [{ type: "address" }, { type: "bytes" }, { type: "bytes" }],
      [factory, data, toHex(signature)],
    ),
    "0x6492649264926492649264926492649264926492649264926492649264926492",
  ]);
}
