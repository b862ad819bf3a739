/**
 * Text of a TypeScript module with a contract's ABI and creation bytecode.
 * @param parts `source` and `generator`: paths for the heading; `name` of the contract; `bytecode` with 0x.
 */
export function abiModule({ source, generator, name, abi, bytecode }) {
  const lower = name.toLowerCase();
  return [
    `// Generated from ${source} by ${generator}: do not edit.`,
    "",
    `export const ${lower}Abi = ${JSON.stringify(abi.map(withoutInternalTypes), null, 2)} as const;`,
    "",
    `export const ${lower}Bytecode =`,
    `  "${bytecode}" as const;`,
    "",
  ].join("\n");
}

/** Internal types name Solidity's own contracts and structs; a caller needs the ABI types alone. */
function withoutInternalTypes(value) {
  if (Array.isArray(value)) return value.map(withoutInternalTypes);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "internalType");
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutInternalTypes(item)]));
}
