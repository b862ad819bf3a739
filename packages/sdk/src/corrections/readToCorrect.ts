import { CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { Correction } from "@anamnesis/core/correction/correction";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Content } from "@anamnesis/core/record/content";
import { openContent } from "@anamnesis/core/record/openContent";
import { fetchBlob } from "../fetchBlob.ts";
import { httpSigner } from "../runtime.ts";
import type { CorrectionQueueParameters, WaitingCorrection } from "./correctionQueue.ts";
import { keepersOfCorrection } from "./keepersOfCorrection.ts";

/**
 * The record that is to be put right, opened with the keys that its owner sent: the header commits to both, so it is what the own organisation wrote. Leaves no receipt: the owner knows who got the keys.
 * Throws `sealed-to-others`, `blob-not-found`, `key-mismatch`, `stream-open`, `bad-content`.
 */
export async function readToCorrect(
  { runtime, consortium, keys }: Pick<CorrectionQueueParameters, "runtime" | "consortium" | "keys">,
  { asked, card }: Pick<WaitingCorrection, "asked" | "card">,
): Promise<Content> {
  const { header, k1, G } = requireAsked(asked);
  const { body } = header;
  const keepers = keepersOfCorrection(consortium, body.core.organisation, card.body.homes);
  const endpoints = keepers.map(({ endpoint }) => endpoint);
  const signer = httpSigner(keys.ed25519);
  const blob = await fetchBlob(runtime, signer, endpoints, body.content, CODEC_RAW, body.contentBytes);
  return openContent(body, k1, G, blob);
}

/** Throws `sealed-to-others`. */
export function requireAsked(asked: Correction | null): Correction {
  if (asked !== null) return asked;
  throw new AnamnesisError({
    code: "sealed-to-others",
    rule: "A correction is sealed to people of the organisation whom the directory named when it was asked for.",
    fix: "Have a colleague answer it, or the patient withdraw it and ask anew.",
  });
}
