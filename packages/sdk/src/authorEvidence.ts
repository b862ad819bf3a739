import { type Evidence, MAX_EVIDENCE_BYTES } from "@anamnesis/core/evidence/evidence";
import { aboutAccused, memberCards } from "./memberCards.ts";
import type { OpenParameters } from "./openLocks.ts";
import type { UnwrappedRecord } from "./openWraps.ts";

/**
 * The author's own word against its content, see `content-mismatch`; `null` when it is too large to be shown whole.
 * @param ciphertext of the CID in the header, which does not open although the key is the one to which the header commits.
 */
export async function authorEvidence(
  { runtime, consortium }: Pick<OpenParameters, "runtime" | "consortium">,
  { header, content }: UnwrappedRecord,
  G: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Evidence | null> {
  const { organisation } = header.body.core;
  const cards = await memberCards(runtime, consortium, organisation);
  if (cards === null || ciphertext.length > MAX_EVIDENCE_BYTES - 256 * 1024) return null;
  const about = aboutAccused(organisation, cards);
  return { kind: "content-mismatch", ...about, header, k1: content.k1, G, ciphertext };
}
