import { AnamnesisError } from "../errors.ts";
import { toHex } from "../encoding/bytes.ts";
import { combine, MAX_INDEX } from "./combine.ts";
import { verifyShares } from "./dleq.ts";

export interface CustodianAnswer {
  readonly index: number;
  /** From the committee's certificate, never from the answer itself. */
  readonly verificationShare: Uint8Array;
  readonly shares: readonly Uint8Array[];
  readonly proof: Uint8Array;
}

export type CulpritReason =
  /** Not one share for each point asked for. */
  | "missing-shares"
  /** A share is wrong, or the answer belongs to another request, committee or share epoch. */
  | "bad-proof"
  /** A second answer of a custodian whose valid answer is counted already. */
  | "duplicate";

export interface ShareCulprit {
  readonly index: number;
  readonly reason: CulpritReason;
}

export interface OpenParts {
  readonly threshold: number;
  /** The records' U, 33 bytes each. */
  readonly points: readonly Uint8Array[];
  /** Digest of the request that the custodians answered, 32 bytes. */
  readonly context: Uint8Array;
  readonly answers: readonly CustodianAnswer[];
}

export interface Opened {
  /** Y^r for each point, 33 bytes, in their order. */
  readonly G: readonly Uint8Array[];
  readonly culprits: readonly ShareCulprit[];
}

/**
 * Verifies every answer, names the wrong ones and opens with the honest ones when there are `threshold` of them.
 * Throws `too-few-shares` with the culprits' indexes in `meta.culprits`, such as "1,3".
 */
export function openWithShares(parts: OpenParts): Opened {
  const { threshold, points, context } = parts;
  const honest: CustodianAnswer[] = [];
  const culprits: ShareCulprit[] = [];
  const seen = new Set<string>();
  for (const answer of parts.answers) {
    const reason = faultOf(answer, points, context, seen);
    if (reason !== null) {
      culprits.push({ index: answer.index, reason });
      continue;
    }
    honest.push(answer);
    // Only a valid answer takes the place: a forged one under its index must not shut the custodian out.
    seen.add(`${answer.index}`).add(toHex(answer.verificationShare));
  }
  if (honest.length < threshold || threshold < 1) throw tooFewShares(threshold, honest.length, culprits);
  const G = points.map((_, j) =>
    combine({
      threshold,
      shares: honest.map((answer) => ({ index: answer.index, point: answer.shares[j] as Uint8Array })),
    }),
  );
  return { G, culprits };
}

function faultOf(
  answer: CustodianAnswer,
  points: readonly Uint8Array[],
  context: Uint8Array,
  seen: ReadonlySet<string>,
): CulpritReason | null {
  if (seen.has(`${answer.index}`) || seen.has(toHex(answer.verificationShare))) return "duplicate";
  if (answer.shares.length !== points.length) return "missing-shares";
  const { index, verificationShare, shares, proof } = answer;
  if (!Number.isSafeInteger(index) || index < 1 || index > MAX_INDEX) return "bad-proof";
  return verifyShares({ verificationShare, points, shares, context, proof }) ? null : "bad-proof";
}

function tooFewShares(
  threshold: number,
  honest: number,
  culprits: readonly ShareCulprit[],
): AnamnesisError<"too-few-shares"> {
  return new AnamnesisError({
    code: "too-few-shares",
    rule: "A record opens when as many custodians as the threshold give valid shares.",
    fix: "Ask further custodians; report those that are named.",
    meta: { threshold, honest, culprits: culprits.map((culprit) => culprit.index).join(",") },
  });
}
