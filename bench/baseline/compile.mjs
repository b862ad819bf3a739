// Compiles Pointers.sol as contracts/foundry.toml compiles the product's contracts, and gives the module that the bench reads.
import { readFile } from "node:fs/promises";
import solc from "solc";
import { abiModule } from "../../contracts/scripts/abiModule.mjs";

const NAME = "Pointers";
const FILE = `${NAME}.sol`;
const INPUT = {
  language: "Solidity",
  settings: {
    evmVersion: "london",
    optimizer: { enabled: true, runs: 100_000 },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
  },
};

/** Text of `generated/pointers.ts`. */
export async function compilePointers() {
  const content = await readFile(new URL(FILE, import.meta.url), "utf8");
  const output = JSON.parse(solc.compile(JSON.stringify({ ...INPUT, sources: { [FILE]: { content } } })));
  const contract = output.contracts?.[FILE]?.[NAME];
  if (contract === undefined)
    throw new Error(output.errors?.map((error) => error.formattedMessage).join("\n"));
  return abiModule({
    source: `bench/baseline/${FILE}`,
    generator: "bench/baseline/generate.mjs",
    name: NAME,
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
  });
}
