import { open } from "node:fs/promises";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { OrganisationId } from "@anamnesis/core/ids";
import { onMedium } from "@anamnesis/storage/onMedium";
import { HEADER_BYTES, parseHeader } from "@anamnesis/storage/receiptLog/logFormat";

/** Whose receipt log a file is, as its header says; `null` for a file that does not begin with one. Throws `storage-…`. */
export function logOwner(path: string): Promise<OrganisationId | null> {
  return onMedium("read", async () => {
    const file = await open(path, "r");
    try {
      const buffer = new Uint8Array(HEADER_BYTES);
      const { bytesRead } = await file.read(buffer, 0, HEADER_BYTES, 0);
      const id = parseHeader(buffer.subarray(0, bytesRead));
      return id === null ? null : toHex<OrganisationId>(id);
    } finally {
      await file.close();
    }
  });
}
