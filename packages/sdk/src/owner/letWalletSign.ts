import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { addressOf, publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Address, parseUnixSeconds } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerKeyOf, revokerSecret, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import type { Consortium } from "../consortium.ts";
import { type KeptConsent, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";
import type { Runtime } from "../runtime.ts";
import { beginRotation, type NextWallet } from "./beginRotation.ts";
import { isBegun } from "./finishRotation.ts";
import { rotationBegun } from "./renewKit.ts";
import { standingPermits } from "./renewPermits.ts";
import { requireKit } from "./rotateOwner.ts";
import type { WalletSigner } from "./ownerSigner.ts";

/** 2100-01-01: what lets the device read ends with the next rotation, and has to name a day. */
const LAST_DAY = parseUnixSeconds(4_102_444_800);

export interface LetWalletSignParameters {
  readonly runtime: Runtime & { readonly wallet: WalletSigner };
  readonly consortium: Consortium;
  /** With no rotation under way: see `finishRotation`. */
  readonly keys: PatientKeys;
  /** The printed kit: the device does not hold what comes next. */
  readonly recoveryKit: string;
  /** The segment that it shall own. One account for several would link them. */
  readonly kind: SegmentKind;
  /** An account whose key signs; one that is a contract has no such key. */
  readonly account: Address;
  /** As the person knows the device, in the sentence by which the wallet lets it read; at most 200 characters. */
  readonly device: string;
}

/**
 * The keys after a rotation that gives one segment to a wallet's account and the others to the device's next keys, signed and pending: to be kept before `finishRotation`, which needs no wallet and no
 * kit. The wallet signs here, one after the other: what lets the device read, the permits under which records stand, the segment's card, and each consent that is live. What is turned down ends it, and nothing is
 * changed.
 *
 * An account owns a segment once: what it signed for another device, and what ended since, would count again.
 *
 * Throws `bad-recovery-kit`, `another-kit`, `rotation-begun`, `wallet-was-owner`, what `listRecords` and what `signedByWallet` throw.
 */
export async function letWalletSign(parameters: LetWalletSignParameters): Promise<PatientKeys> {
  const { runtime, consortium, keys, kind, account } = parameters;
  requireKit(parameters);
  if (keys.segments.some(isBegun)) throw rotationBegun();
  const segment = segmentOf(keys, kind);
  if (segment.cards.some(({ body }) => body.owner === account)) throw wasOwner();
  const seed = readRecoveryKit(parameters.recoveryKit);
  const generation = keys.generation + 1;
  const [root, nextRoot] = [rootOfSeed(seed, generation), rootOfSeed(seed, generation + 1)];
  seed.fill(0);
  const salt = runtime.random(32);
  const wallet: NextWallet = {
    kind,
    account,
    ask: runtime.wallet,
    delegation: readingDelegation({
      segment: segment.id,
      proxy: ownerKeyOf(root, kind).address,
      proxyName: parameters.device,
      notBefore: runtime.now(),
      notAfter: LAST_DAY,
      salt,
      revoker: addressOf(publicKeyOf(revokerSecret(root, salt))),
    }),
    permits: await standingPermits({ runtime, consortium, keys }, segment),
  };
  const next = { standing: root, root, nextRoot, generation, wallet };
  return beginRotation(consortium.identity, keys, next, (kept) => isLive(runtime, kept));
}

/** Nobody is asked to sign what is over. */
function isLive({ now }: Runtime, { consent }: KeptConsent): boolean {
  return consent.body.notAfter >= now();
}

function wasOwner(): AnamnesisError<"wallet-was-owner"> {
  return new AnamnesisError({
    code: "wallet-was-owner",
    rule: "An account owns a part of the record once: what it signed before would count again.",
    fix: "Choose another account in the wallet.",
  });
}
