import { concatBytes, uintBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A deflate block without compression holds at most so many bytes (RFC 1951 section 3.2.4). */
const STORED_BLOCK = 65_535;

/**
 * An 8-bit greyscale PNG (W3C PNG, second edition). `shade` gives 0 (black) to 255 (white) for each pixel. The image data
 * is stored, not compressed: a few kilobytes of known size are what the synthetic records need.
 */
export function writePng(width: number, height: number, shade: (x: number, y: number) => number): Uint8Array {
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    // The first byte of a row is the filter type: 0, none.
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = shade(x, y);
  }
  // Bit depth 8, colour type 0 (greyscale), deflate, adaptive filtering, no interlace.
  const header = concatBytes(uintBytes(width, 4), uintBytes(height, 4), Uint8Array.of(8, 0, 0, 0, 0));
  return concatBytes(
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", zlibStored(rows)),
    chunk("IEND", new Uint8Array()),
  );
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const typed = concatBytes(utf8ToBytes(type), data);
  return concatBytes(uintBytes(data.length, 4), typed, uintBytes(crc32(typed), 4));
}

/** RFC 1950 around stored blocks. */
function zlibStored(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < data.length; at += STORED_BLOCK) {
    const block = data.subarray(at, at + STORED_BLOCK);
    const last = at + STORED_BLOCK >= data.length ? 1 : 0;
    const { length } = block;
    parts.push(Uint8Array.of(last, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff), block);
  }
  return concatBytes(...parts, uintBytes(adler32(data), 4));
}

function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

/** CRC-32 as PNG (annex D) has it: reflected, polynomial 0xEDB88320. */
function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
