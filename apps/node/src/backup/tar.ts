import { AnamnesisError } from "@anamnesis/core/errors";

/** A file of an archive. */
export interface TarEntry {
  /** At most 100 ASCII characters. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Exactly `size` bytes, in pieces of any size. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** POSIX.1-1988 ustar, with GNU's base-256 sizes above 8 GiB: what every `tar` reads. */
const BLOCK = 512;
const NAME = { at: 0, length: 100 };
const MODE = { at: 100, length: 8 };
const SIZE = { at: 124, length: 12 };
const TIME = { at: 136, length: 12 };
const SUM = { at: 148, length: 8 };
const TYPE_AT = 156;
const MAGIC_AT = 257;
const MAGIC = "ustar\u000000";
const LARGEST_OCTAL = 8 ** 11 - 1;

/** The bytes of an archive of these entries, in constant memory. Throws `backup-source-changed` when a body is not as long as was said. */
export async function* writeTar(entries: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const { name, size, body } of entries) {
    yield headerOf(name, size);
    let written = 0;
    for await (const piece of body) {
      written += piece.length;
      if (written > size) throw sourceChanged();
      yield piece;
    }
    if (written !== size) throw sourceChanged();
    const rest = padding(size);
    if (rest > 0) yield new Uint8Array(rest);
  }
  yield new Uint8Array(2 * BLOCK);
}

/**
 * The entries of an archive in order. Each body has to be read to its end before the next entry is asked for. Throws
 * `backup-damaged` for anything but a whole archive of plain files.
 */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const reader = new Reader(bytes);
  for (;;) {
    const header = await reader.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) {
      const last = await reader.exactly(BLOCK);
      if (last.some((byte) => byte !== 0) || !(await reader.atEnd())) throw backupDamaged("archive");
      return;
    }
    const { name, size } = parseHeader(header);
    const body = reader.body(size);
    yield { name, size, body };
    await reader.exactly(padding(size));
  }
}

function headerOf(name: string, size: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.write(name, NAME.at, NAME.length, "latin1");
  block.write("0000600\0", MODE.at, "latin1");
  block.write("0000000\0".repeat(2), MODE.at + MODE.length, "latin1");
  if (size <= LARGEST_OCTAL) block.write(`${size.toString(8).padStart(11, "0")}\0`, SIZE.at, "latin1");
  else {
    block[SIZE.at] = 0x80;
    block.writeBigUInt64BE(BigInt(size), SIZE.at + 4);
  }
  block.write("00000000000\0", TIME.at, "latin1");
  block[TYPE_AT] = 0x30;
  block.write(MAGIC, MAGIC_AT, "latin1");
  block.write(`${sumOf(block).toString(8).padStart(6, "0")}\0 `, SUM.at, "latin1");
  return block;
}

function parseHeader(bytes: Uint8Array): { name: string; size: number } {
  const block = Buffer.from(bytes);
  const text = (field: { at: number; length: number }): string =>
    /^[^\0]*/.exec(block.toString("latin1", field.at, field.at + field.length))?.[0] ?? "";
  const size =
    block[SIZE.at] === 0x80 ? Number(block.readBigUInt64BE(SIZE.at + 4)) : Number.parseInt(text(SIZE), 8);
  const plain = block[TYPE_AT] === 0x30 && block.toString("latin1", MAGIC_AT, MAGIC_AT + 8) === MAGIC;
  if (!plain || Number.parseInt(text(SUM), 8) !== sumOf(block) || !Number.isSafeInteger(size) || size < 0) {
    throw backupDamaged("archive");
  }
  return { name: text(NAME), size };
}

/** Sum of the header's bytes, those of the sum itself taken as spaces. */
function sumOf(block: Uint8Array): number {
  let sum = 0;
  for (const [at, byte] of block.entries()) sum += at >= SUM.at && at < SUM.at + SUM.length ? 0x20 : byte;
  return sum;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

class Reader {
  readonly #source: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#source = bytes[Symbol.asyncIterator]();
  }

  async exactly(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    let at = 0;
    for await (const piece of this.body(length)) {
      out.set(piece, at);
      at += piece.length;
    }
    return out;
  }

  async *body(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      if (!(await this.#fill())) throw backupDamaged("archive");
      const piece = this.#piece.subarray(0, left);
      this.#piece = this.#piece.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async atEnd(): Promise<boolean> {
    return !(await this.#fill());
  }

  async #fill(): Promise<boolean> {
    while (this.#piece.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      this.#piece = next.value;
    }
    return true;
  }
}

/** @param part what does not fit: `archive`, `form`, `digest`, `end`, `blob`, `table`, `encryption`. */
export function backupDamaged(part: string): AnamnesisError<"backup-damaged"> {
  return new AnamnesisError({
    code: "backup-damaged",
    rule: "A backup is whole and as it was written.",
    fix: "Take another copy of the file or an earlier backup; nothing of this one was kept.",
    meta: { part },
  });
}

function sourceChanged(): AnamnesisError<"backup-source-changed"> {
  return new AnamnesisError({
    code: "backup-source-changed",
    rule: "Nothing changes a node's files while they are backed up.",
    fix: "Look for another program that writes into the data folder, and back up again.",
  });
}
