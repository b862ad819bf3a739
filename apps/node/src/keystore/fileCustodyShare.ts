import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { aesGcmOpen, aesGcmSeal } from "@anamnesis/core/crypto/aead";
import { concatBytes, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import {
  fixedBytes,
  hash32,
  nullable,
  struct,
  uint,
  varBytes,
  type Infer,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { CommitteeKeyId } from "@anamnesis/core/ids";
import type { CustodyShare, HeldShare } from "./custodyShare.ts";
import { removeDurably, writeDurably } from "./durableFile.ts";

const stored = defineFormat(
  "custody-share",
  struct({
    run: fixedBytes(32),
    committee: hash32<CommitteeKeyId>(),
    shareEpoch: uint(0xffff_ffff),
    index: uint(255),
    committeeKey: fixedBytes(33),
    verificationShare: fixedBytes(33),
    secret: fixedBytes(32),
    /** `null` while it is pending. */
    certificate: nullable(varBytes(16_384)),
  }),
  32_768,
);
type Stored = Infer<typeof stored>;

const AAD = utf8ToBytes("anamnesis/custody-share/1");
const ACTIVE = "share.active";

/**
 * Shares as files in a folder, AES-256-GCM under the keystore's custody key with a random nonce: `share.<run>.pending` until
 * the certificate is whole, then `share.active`. Throws `keystore-corrupt` when a file does not open.
 * @param secret 32 bytes.
 */
export async function openCustodyShare(
  folder: string,
  secret: Uint8Array,
  random: (length: number) => Uint8Array,
): Promise<CustodyShare> {
  const pendingPath = (run: Uint8Array): string => join(folder, `share.${toHex(run).slice(2)}.pending`);
  const activePath = join(folder, ACTIVE);
  const write = async (path: string, value: Stored): Promise<void> => {
    const nonce = random(12);
    const plain = stored.encode(value);
    await writeDurably(path, concatBytes(nonce, await aesGcmSeal(secret, nonce, plain, AAD)));
    plain.fill(0);
  };
  let active = await read(activePath, secret);

  // A run that a kill broke off between writing the active share and removing the pending one.
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".pending") || active === null) continue;
    const pending = await read(join(folder, name), secret);
    if (pending !== null && toHex(pending.run) === toHex(active.run)) await removeDurably(join(folder, name));
  }

  return {
    held: () => active,
    certificate: () => active?.certificate ?? null,
    storePending: (run, share) => write(pendingPath(run), { run, ...shareFields(share), certificate: null }),
    activate: async (run, certificate) => {
      if (active !== null && toHex(active.run) === toHex(run)) return;
      const pending = await read(pendingPath(run), secret);
      if (pending === null) {
        throw new AnamnesisError({
          code: "dkg-unknown-run",
          rule: "A share becomes active in the run in which it was made.",
          fix: "Begin a new run.",
        });
      }
      const value = { ...pending, certificate };
      await write(activePath, value);
      active = value;
      await removeDurably(pendingPath(run));
    },
    discardPending: (run) => removeDurably(pendingPath(run)),
  };
}

function shareFields(share: HeldShare): Omit<Stored, "run" | "certificate"> {
  const { committee, shareEpoch, index, committeeKey, verificationShare, secret } = share;
  return { committee, shareEpoch, index, committeeKey, verificationShare, secret };
}

async function read(path: string, secret: Uint8Array): Promise<Stored | null> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return null;
  try {
    const copy = Uint8Array.from(bytes);
    return stored.decode(await aesGcmOpen(secret, copy.subarray(0, 12), copy.subarray(12), AAD));
  } catch {
    throw new AnamnesisError({
      code: "keystore-corrupt",
      rule: "A custody share's file is as it was written.",
      fix: "Restore the node's data folder from its backup; the share of another node does not help.",
    });
  }
}
