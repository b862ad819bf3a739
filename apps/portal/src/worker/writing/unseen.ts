import { aesGcmOpen, aesGcmSeal } from "@anamnesis/core/crypto/aead";
import { hkdf } from "@anamnesis/core/crypto/kdf";
import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { session } from "../session.ts";
import { keepSeen, keptSeen } from "./seenStore.ts";

const LABEL = utf8ToBytes("anamnesis-portal-seen");

interface Seen {
  readonly at: number;
  readonly records: readonly string[];
}

interface Kept {
  /** Of this visit, and of the one before it. */
  readonly now: Seen;
  readonly before: Seen | null;
}

/** Seconds without a look after which the next one begins another visit: a page that is loaded again does not. */
const VISIT_ENDS = 30 * 60;

/** What this browser knew when the visit began. */
const before = new WeakMap<object, Promise<Seen | null>>();

/**
 * Which records the person saw at the last visit is kept in this browser alone, sealed under a key from the vault's: the vault itself is saved when keys change, and a node has no business with what
 * somebody has seen. Another browser begins anew.
 */
export const unseen: WorkerMethods["unseen"] = async ({ records }) => {
  const sitting = session();
  const { account, key } = sitting.vault;
  const name = toHex(account);
  const own = hkdf(key, { salt: account, info: LABEL, length: 32 });
  const opening =
    before.get(sitting) ??
    keptSeen(name).then(async (sealed) => visitBefore(await read(sealed, own), browserRuntime.now()));
  before.set(sitting, opening);
  const known = await opening;
  const nonce = browserRuntime.random(12);
  const kept: Kept = { now: { at: browserRuntime.now(), records }, before: known };
  const sealed = await aesGcmSeal(own, nonce, utf8ToBytes(JSON.stringify(kept)), LABEL);
  await keepSeen(name, { nonce, sealed });
  if (known === null) return null;
  const seen = new Set(known.records);
  return { since: known.at, records: records.filter((record) => !seen.has(record)) };
};

function visitBefore(kept: Kept | null, now: number): Seen | null {
  if (kept === null) return null;
  return now - kept.now.at < VISIT_ENDS ? kept.before : kept.now;
}

/** What does not open is nobody's: the list begins anew. */
async function read(
  kept: { readonly nonce: Uint8Array; readonly sealed: Uint8Array } | null,
  key: Uint8Array,
): Promise<Kept | null> {
  if (kept === null) return null;
  try {
    const text = new TextDecoder().decode(await aesGcmOpen(key, kept.nonce, kept.sealed, LABEL));
    return JSON.parse(text) as Kept;
  } catch {
    return null;
  }
}
