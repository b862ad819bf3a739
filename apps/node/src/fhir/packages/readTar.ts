/** Bytes of a block: headers have one, contents are filled up to whole ones. */
const BLOCK = 512;

/**
 * Files of a tar archive (POSIX.1-2001, pax: ustar headers, with the names of extended ones; GNU's long names), by their names. Links, folders and devices are passed over.
 * `null`: it is none, or it ends in the middle.
 */
export function readTar(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> | null {
  const files = new Map<string, Uint8Array>();
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    const size = octal(header, 124, 12);
    if (size === null || octal(header, 148, 8) !== checksum(header)) return null;
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) return null;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "x") longName = paxPath(content) ?? longName;
    else if (type === "L") longName = text(content, 0, content.length);
    else if (type !== "g") {
      if (type === "0" || type === "\0") files.set(longName ?? nameOf(header), content);
      longName = null;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}

function nameOf(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
  const name = text(header, 0, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}

function text(bytes: Uint8Array, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(bytes: Uint8Array, from: number, length: number): number | null {
  const digits = text(bytes, from, length).trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

/** The sum of all bytes, its own field as blanks. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
}

/** `<length> path=<name>\n` among the records of an extended header. */
function paxPath(content: Uint8Array): string | null {
  return /(?:^|\n)\d+ path=([^\n]+)\n/.exec(new TextDecoder().decode(content))?.[1] ?? null;
}
