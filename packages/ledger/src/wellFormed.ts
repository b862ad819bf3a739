import { AnamnesisError } from "@anamnesis/core/errors";
import {
  type Inclusion,
  type LedgerIdentity,
  intentDigest,
  type SignedIntent,
} from "@anamnesis/core/ledger/intents";

const UPPER_CASE_HEX = /^0x[0-9a-f]*[A-F]/;
const HASH = /^0x[0-9a-f]{64}$/;
const ADDRESS = /^0x[0-9a-f]{40}$/;
const PUBLIC_KEY = /^0x[0-9a-f]{66}$/;
const MAX_UINT32 = 2 ** 32 - 1;
/** Of an RFC 6962 tree with less than 2^32 leaves. */
const MAX_PATH = 32;
/** Fields that hold what people wrote. */
const TEXTS: ReadonlySet<string> = new Set(["endpoint", "name"]);

/**
 * The digest that an intent's signatures are over, 32 bytes; `null` when a field is not of its EIP-712 type or not in
 * the one spelling that our ids have, or what is shown beside has another form, so that no engine can take it.
 */
export function digestOfWellFormed(identity: LedgerIdentity, signed: SignedIntent): Uint8Array | null {
  const { intent } = signed;
  if (hasUpperCase(intent) || !isWellShown(signed)) return null;
  try {
    return intentDigest(identity, intent);
  } catch (error) {
    if (error instanceof AnamnesisError) return null;
    throw error;
  }
}

/** Whether an id, at any depth, is in another spelling than ours. */
function hasUpperCase(value: unknown): boolean {
  if (typeof value === "string") return UPPER_CASE_HEX.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, part]) => !TEXTS.has(name) && hasUpperCase(part));
}

function isWellShown({ intent, signatures }: SignedIntent): boolean {
  switch (intent.type) {
    case "RotateOwner": {
      const { publicKey, opening } = intent.shown;
      if (!PUBLIC_KEY.test(publicKey)) return false;
      return (
        opening === null ||
        (ADDRESS.test(opening.owner) && HASH.test(opening.nextOwner) && HASH.test(opening.kind))
      );
    }
    case "AmendRecord":
    case "RetractRecord":
      return HASH.test(intent.shown.label) && isInclusion(intent.shown.inclusion);
    case "NameEndorsers":
      return isInclusion(intent.shown.inclusion);
    case "EndorseRecord":
      return intent.shown.endorsers.every((endorser) => HASH.test(endorser));
    case "EraseRecord": {
      const { custodians } = intent.shown;
      return custodians.length === signatures.length && custodians.every((item) => HASH.test(item));
    }
    case "SettleProposal":
      return signatures.length === 0;
    case "ProveFork":
      return signatures.length === 2;
    default:
      return true;
  }
}

function isInclusion({ sequence, root, count, manifest, index, path }: Inclusion): boolean {
  return (
    Number.isSafeInteger(sequence) &&
    sequence >= 0 &&
    [count, index].every((value) => Number.isInteger(value) && value >= 0 && value <= MAX_UINT32) &&
    path.length <= MAX_PATH &&
    [root, manifest, ...path].every((hash) => HASH.test(hash))
  );
}
