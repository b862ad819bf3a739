import type { LedgerStanding } from "@anamnesis/api/routes/standing";
import type { AskedRecord } from "./asked.ts";

/** The node's word held against what the record itself says of who was to sign it, and for which header. */
export function standingOf(
  { label, threshold, endorsers }: Pick<AskedRecord, "label" | "threshold" | "endorsers">,
  standing: Pick<LedgerStanding, "endorsers"> | null,
): { readonly state: "preliminary" | "final" | "contradicted"; readonly signed: readonly string[] } {
  const named = standing?.endorsers ?? null;
  if (named === null) return { state: "preliminary", signed: [] };
  const same =
    named.label === label &&
    named.threshold === threshold &&
    named.asked.length === endorsers.length &&
    endorsers.every((id, i) => named.asked[i] === id);
  if (!same) return { state: "contradicted", signed: [] };
  const signed = endorsers.filter((id) => named.signed.includes(id));
  return { state: signed.length >= threshold ? "final" : "preliminary", signed };
}
