import { formatNoteSignature, parseCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { type CheckpointKey, checkpointKeyId } from "@anamnesis/core/audit/checkpointKey";
import { equalBytes } from "@anamnesis/core/encoding/bytes";

/** The note with the log's own signature alone: what is kept does not grow by what a stranger appends. */
export function ownSignature(checkpoint: string, key: CheckpointKey): string {
  const { note, signatures } = parseCheckpoint(checkpoint);
  const keyId = checkpointKeyId(key);
  const own = signatures.find((line) => line.name === key.name && equalBytes(line.keyId, keyId));
  return `${new TextDecoder().decode(note)}\n${own === undefined ? "" : formatNoteSignature(own)}`;
}
