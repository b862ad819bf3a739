// A keystore is a file format and no conversation with a node: the process that reads it owns the one writer there is.
// oxlint-disable-next-line no-restricted-imports
import { createKeystore, openKeystore } from "@anamnesis/node/keystore/keystore";
import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import { systemRuntime } from "./runtime.ts";

export interface NodeKeystoreOptions {
  /** The node's data folder; made when it is not there. */
  readonly dataDir: string;
  /** Of the organisation, for a new keystore. */
  readonly name: string;
  readonly passphrase: string;
  readonly workFactor?: number;
}

/** Makes the keys of an organisation and gives their public card. Throws `keystore-exists` rather than replace one. */
export async function initKeystore(options: NodeKeystoreOptions): Promise<KeyCard> {
  const path = join(options.dataDir, "keystore.age");
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const exists = await openKeystore(path, options.passphrase).then(
    () => true,
    (error: unknown) => !hasCode(error, "keystore-missing"),
  );
  if (exists) {
    throw new AnamnesisError({
      code: "keystore-exists",
      rule: "An organisation's keys are made once.",
      fix: "Use the data folder as it is, or give another one: what was signed and sealed needs the old keys.",
    });
  }
  const keys = await createKeystore({ path, random: systemRuntime.random, ...options });
  return keys.card;
}

/** The public card of the keys in a node's data folder; makes them when there are none. Throws what opening throws. */
export async function keystoreCard(options: NodeKeystoreOptions): Promise<KeyCard> {
  try {
    return (await openKeystore(join(options.dataDir, "keystore.age"), options.passphrase)).card;
  } catch (error) {
    if (!hasCode(error, "keystore-missing")) throw error;
    return initKeystore(options);
  }
}
