import { join } from "node:path";
import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import { NODE_FILES } from "../nodeFiles.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { createKeystore, openKeystore } from "./keystore.ts";

export interface NodeKeystoreOptions {
  /** The node's data folder; made when it is not there. */
  readonly dataDir: string;
  /** Of the organisation, for a new keystore. */
  readonly name: string;
  readonly passphrase: string;
  /** log2 of scrypt's work; lower only for passphrases that nobody can guess. */
  readonly workFactor?: number;
}

/** Makes the keys of an organisation and gives their public card. Throws `keystore-exists` rather than replace one. */
export async function initKeystore(options: NodeKeystoreOptions): Promise<KeyCard> {
  const path = join(options.dataDir, NODE_FILES.keystore);
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
  const random = (length: number): Uint8Array => systemRandom.bytes(length);
  return (await createKeystore({ path, random, ...options })).card;
}

/** The public card of the keys in a node's data folder; makes them when there are none. Throws what opening throws. */
export async function keystoreCard(options: NodeKeystoreOptions): Promise<KeyCard> {
  try {
    return (await openKeystore(join(options.dataDir, NODE_FILES.keystore), options.passphrase)).card;
  } catch (error) {
    if (!hasCode(error, "keystore-missing")) throw error;
    return initKeystore(options);
  }
}
