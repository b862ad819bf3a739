import { readFile } from "node:fs/promises";
import { AnamnesisError } from "@anamnesis/core/errors";

/** `portal.oidc` of a node's configuration, from a file of its own; the node says what is wrong in it. Throws `bad-login-file`. */
export async function readLoginFile(path: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Below: whatever is wrong with the file, it is none.
  }
  throw new AnamnesisError({
    code: "bad-login-file",
    rule: "The file that --oidc names holds portal.oidc of a node's configuration, as JSON.",
    fix: "docs/operations.md lists its keys.",
  });
}
