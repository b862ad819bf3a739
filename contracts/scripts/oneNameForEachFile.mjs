import { dirname } from "node:path";
import { createRequire } from "node:module";

/** Prefix of imports and the package that they come from. */
const IMPORTED = { "@openzeppelin/contracts/": "@openzeppelin/contracts", "forge-std/": "forge-std" };

/**
 * Environment for forge in which each imported package has its absolute path. With a path relative to this folder, which does
 * not hold the packages, the compiler knows a file by that path where ours import it and by its absolute one where
 * another of its package does: the code is the same, but `forge coverage` and Slither find no base of such a contract.
 */
export function oneNameForEachFile() {
  const { resolve } = createRequire(import.meta.url);
  const folderOf = (name) => dirname(resolve(`${name}/package.json`)).replaceAll("\\", "/");
  const remappings = Object.entries(IMPORTED).map(([prefix, name]) => `${prefix}=${folderOf(name)}/`);
  return { FOUNDRY_REMAPPINGS: remappings.join("\n") };
}
