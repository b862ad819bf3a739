import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import { type Checkpoint, verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import type { CheckpointKey } from "@anamnesis/core/audit/checkpointKey";
import { hasCode } from "@anamnesis/core/errors";

/**
 * A head that was signed some time ago: by the log's present key, or by one that it had before. Throws `bad-checkpoint`,
 * `bad-checkpoint-signature`.
 */
export function verifyByOneOf(text: string, key: CheckpointKey, earlier: readonly KeyCard[]): Checkpoint {
  try {
    return verifyCheckpoint(text, key);
  } catch (error) {
    for (const { ed25519 } of earlier) {
      try {
        return verifyCheckpoint(text, { name: key.name, publicKey: ed25519 });
      } catch (other) {
        if (!hasCode(other, "bad-checkpoint-signature")) throw other;
      }
    }
    throw error;
  }
}
