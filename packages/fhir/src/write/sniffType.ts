/** What a browser shows as a picture and can run nothing of; others are saved and opened by the person's own program. */
const SIGNATURES: readonly (readonly [type: string, at: number, bytes: readonly number[]])[] = [
  ["application/pdf", 0, [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ["image/png", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", 0, [0xff, 0xd8, 0xff]],
  ["image/gif", 0, [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", 8, [0x57, 0x45, 0x42, 0x50]],
  ["image/tiff", 0, [0x49, 0x49, 0x2a, 0x00]],
  ["image/tiff", 0, [0x4d, 0x4d, 0x00, 0x2a]],
  ["application/dicom", 128, [0x44, 0x49, 0x43, 0x4d]],
  ["application/zip", 0, [0x50, 0x4b, 0x03, 0x04]],
];

/** Characters of a text that are looked at. */
const LOOKED_AT = 4096;
/** A browser that were shown these as a page would run what is in them. */
const MARKUP = /<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|object|embed|math|\?xml|img|a\b)/i;

export interface Sniffed {
  /** The media type that the bytes show; `application/octet-stream` when they show none. */
  readonly type: string;
  /** Markup that a browser would run: never shown, only saved. */
  readonly active: boolean;
}

/**
 * What the bytes are, whatever their name says: by their signature (WHATWG MIME Sniffing, section 6), else plain text when they are UTF-8 without controls. Never throws. Markup counts as active wherever it stands in the
 * first 4,096 characters: a text that merely mentions it is saved and not shown, which is the safe side.
 */
export function sniffType(bytes: Uint8Array): Sniffed {
  for (const [type, at, signature] of SIGNATURES) {
    if (signature.every((byte, i) => bytes[at + i] === byte)) return { type, active: false };
  }
  const text = textOf(bytes);
  if (text === null) return { type: "application/octet-stream", active: false };
  if (/<\s*svg[\s>]/i.test(text)) return { type: "image/svg+xml", active: true };
  if (MARKUP.test(text)) return { type: "text/html", active: true };
  return { type: "text/plain", active: false };
}

function textOf(bytes: Uint8Array): string | null {
  const start = bytes.subarray(0, LOOKED_AT);
  const utf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  if (utf16) return new TextDecoder(start[0] === 0xff ? "utf-16le" : "utf-16be").decode(start);
  // The last character may be cut in two.
  const text = new TextDecoder("utf-8").decode(start, { stream: true });
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) || text.includes("\ufffd") ? null : text;
}
