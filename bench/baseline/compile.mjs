// Compiles Pointers.sol as contracts/foundry.toml compiles the product's contracts, and gives the module that the bench reads.
import { readFile } from "node:fs/promises";
import solc from "solc";

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
  return [
    `// Generated from bench/baseline/${FILE} by bench/baseline/generate.mjs: do not edit.`,
    "",
    `export const pointersAbi = ${JSON.stringify(contract.abi.map(withoutInternalTypes), null, 2)} as const;`,
    "",
    "export const pointersBytecode =",
    `  "0x${contract.evm.bytecode.object}" as const;`,
    "",
  ].join("\n");
}

function withoutInternalTypes(value) {
  if (Array.isArray(value)) return value.map(withoutInternalTypes);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "internalType");
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutInternalTypes(item)]));
}
