/**
 * Where the ciphertext of a large content is gathered while it is sealed: a temporary file of the sealing device.
 *
 * - Writes come one after the other, without gaps or overlaps, but not in the order of their positions: the beginning is written last.
 * - `read` comes after all writes and MUST give what was written, from the beginning, in pieces of any size.
 * - Nothing but ciphertext reaches it.
 */
export interface ContentSpool {
  write(position: number, bytes: Uint8Array): Promise<void>;
  read(): AsyncIterable<Uint8Array>;
}
