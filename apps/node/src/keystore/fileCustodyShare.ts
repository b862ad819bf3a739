import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { aesGcmOpen, aesGcmSeal } from "@anamnesis/core/crypto/aead";
import { committeeCertificate, committeeKeyId } from "@anamnesis/core/crypto/dkg/certificate";
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
import { readIfThere, removeDurably, writeDurably } from "@anamnesis/storage/files/durableFile";

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
const PENDING = ".pending";
const EARLIER = ".earlier";

/**
 * Shares as files in a folder, AES-256-GCM under the keystore's custody key with a random nonce: `share.<run>.pending` until
 * the certificate is whole, then `share.active`; one that was active before is kept as `share.<run>.earlier`. Throws
 * `keystore-corrupt` when a file does not open or holds what its name does not say, `storage-failed` when it cannot be read.
 * @param secret 32 bytes.
 */
export async function openCustodyShare(
  folder: string,
  secret: Uint8Array,
  random: (length: number) => Uint8Array,
): Promise<CustodyShare> {
  const path = (run: Uint8Array, end: string): string => join(folder, `share.${toHex(run).slice(2)}${end}`);
  const activePath = join(folder, ACTIVE);
  const write = async (to: string, value: Stored): Promise<void> => {
    const nonce = random(12);
    const plain = stored.encode(value);
    await writeDurably(to, concatBytes(nonce, await aesGcmSeal(secret, nonce, plain, AAD)));
    plain.fill(0);
  };
  const shares = new Map<CommitteeKeyId, Stored>();
  const names = (await readdir(folder)).filter((name) => name.startsWith("share."));
  for (const name of names.filter((file) => file.endsWith(EARLIER))) {
    const earlier = whole(await read(join(folder, name), secret));
    if (earlier !== null) shares.set(earlier.committee, earlier);
  }
  let active = whole(await read(activePath, secret));
  if (active !== null) {
    shares.set(active.committee, active);
    // A run that a kill broke off between writing the active share and removing the pending one.
    await removeDurably(path(active.run, PENDING));
  }

  return {
    held: (committee) => shares.get(committee) ?? null,
    storePending: (run, share) =>
      write(path(run, PENDING), { run, ...shareFields(share), certificate: null }),
    activate: async (run, certificate) => {
      const committee = committeeKeyId(committeeCertificate.decode(certificate).body);
      if (shares.has(committee)) return;
      const pending = await read(path(run, PENDING), secret);
      if (pending === null || pending.committee !== committee) throw unknownRun();
      if (active !== null) await write(path(active.run, EARLIER), active);
      const value = { ...pending, certificate };
      await write(activePath, value);
      active = value;
      shares.set(committee, value);
      await removeDurably(path(run, PENDING));
    },
    discardPending: (run) => removeDurably(path(run, PENDING)),
  };
}

function shareFields(share: HeldShare): Omit<Stored, "run" | "certificate"> {
  const { committee, shareEpoch, index, committeeKey, verificationShare, secret } = share;
  return { committee, shareEpoch, index, committeeKey, verificationShare, secret };
}

async function read(path: string, secret: Uint8Array): Promise<Stored | null> {
  const bytes = await readIfThere(path);
  if (bytes === null) return null;
  try {
    return stored.decode(await aesGcmOpen(secret, bytes.subarray(0, 12), bytes.subarray(12), AAD));
  } catch {
    throw corrupt();
  }
}

/** A share without its certificate is pending, whatever name its file was given. */
function whole(value: Stored | null): Stored | null {
  if (value !== null && value.certificate === null) throw corrupt();
  return value;
}

function corrupt(): AnamnesisError<"keystore-corrupt"> {
  return new AnamnesisError({
    code: "keystore-corrupt",
    rule: "A custody share's file is as it was written.",
    fix: "Restore the node's data folder from its backup; the share of another node does not help.",
  });
}

function unknownRun(): AnamnesisError<"dkg-unknown-run"> {
  return new AnamnesisError({
    code: "dkg-unknown-run",
    rule: "A share becomes active in the run in which it was made.",
    fix: "Begin a new run.",
  });
}
