import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";
import { RESOURCE_TYPE } from "@anamnesis/fhir/resource";
import { fileNotWritable, readIfThere, writeDurably } from "../files/durableFile.ts";

/** A resource as a line of NDJSON. */
export interface ExportedLine {
  readonly type: string;
  /** JSON without a line break. */
  readonly json: string;
}

/** What a step leaves for the next run to go on from. */
export type StepMark = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Of one file: what stands there. */
export interface ExportedFile {
  readonly type: string;
  /** Within the folder. */
  readonly file: string;
  readonly count: number;
  readonly bytes: number;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
}

interface Part {
  readonly type: string;
  readonly bytes: number;
  readonly count: number;
  readonly sha256: string;
}

interface Line {
  readonly parts: readonly Part[];
  readonly mark: StepMark;
  /** Everything of this type was to be written anew. */
  readonly again?: string;
}

/**
 * A folder into which an export is written step by step: NDJSON by type, and a journal with what each step wrote, by length and digest. A step counts once its line is on the disk; what a kill left beyond is cut off.
 * So a run goes on where the one before ended, and at the end everything is read again and held against what was written.
 */
export class ExportFolder {
  readonly #folder: string;
  readonly #parts = new Map<string, Part[]>();
  readonly #marks: StepMark[];

  private constructor(folder: string, lines: readonly Line[]) {
    this.#folder = folder;
    this.#marks = [];
    for (const line of lines) this.#take(line);
  }

  /**
   * @param source what is exported: a folder goes on with its own alone.
   *
   * Throws `export-of-another`, `export-corrupt`, `file-not-readable`, `file-not-writable`.
   */
  static async open(folder: string, source: string): Promise<ExportFolder> {
    const path = join(folder, JOURNAL);
    const bytes = await readIfThere(path);
    if (bytes === null) {
      await writing(() => mkdir(folder, { recursive: true, mode: 0o700 }));
      await writeDurably(path, `${JSON.stringify({ source })}\n`);
      return new ExportFolder(folder, []);
    }
    const [first = "", ...rest] = new TextDecoder().decode(bytes).split("\n");
    const torn = rest.pop() ?? "";
    if ((parsed(first) as { readonly source?: unknown }).source !== source) throw ofAnother();
    if (torn !== "") await writing(() => truncate(path, bytes.length - Buffer.byteLength(torn)));
    const found = new ExportFolder(folder, rest.map(parsed) as readonly Line[]);
    for (const type of found.#parts.keys()) await found.#cut(type);
    return found;
  }

  /** What earlier steps left, oldest first. */
  get marks(): readonly StepMark[] {
    return this.#marks;
  }

  count(type: string): number {
    return (this.#parts.get(type) ?? []).reduce((sum, { count }) => sum + count, 0);
  }

  /** Adds lines to their types' files, durably, and what the next run has to know. */
  async write(lines: readonly ExportedLine[], mark: StepMark): Promise<void> {
    const parts: Part[] = [];
    for (const [type, texts] of byType(lines)) {
      if (!RESOURCE_TYPE.test(type)) throw corrupt();
      const text = texts.map((json) => `${json}\n`).join("");
      const digest = createHash("sha256").update(text).digest("hex");
      await this.#cut(type);
      await append(this.#pathOf(type), text);
      parts.push({ type, bytes: Buffer.byteLength(text), count: texts.length, sha256: digest });
    }
    const line = { parts, mark };
    await append(join(this.#folder, JOURNAL), `${JSON.stringify(line)}\n`);
    this.#take(line);
  }

  /** Leaves nothing of a type, so that it is written anew. */
  async again(type: string): Promise<void> {
    const line = { parts: [], mark: {}, again: type };
    await append(join(this.#folder, JOURNAL), `${JSON.stringify(line)}\n`);
    this.#take(line);
    await this.#cut(type);
  }

  /**
   * Reads every file again, holds it against what each step wrote, and writes `manifest.json`.
   * Throws `export-corrupt`.
   */
  async finish(more: Readonly<Record<string, unknown>>): Promise<readonly ExportedFile[]> {
    const files: ExportedFile[] = [];
    for (const type of [...this.#parts.keys()].toSorted()) {
      const parts = this.#parts.get(type) ?? [];
      if (parts.length > 0) files.push(await this.#verified(type, parts));
    }
    await writeDurably(
      join(this.#folder, "manifest.json"),
      `${JSON.stringify({ ...more, files }, null, 2)}\n`,
    );
    return files;
  }

  async #verified(type: string, parts: readonly Part[]): Promise<ExportedFile> {
    const whole = createHash("sha256");
    const left = parts.map((part) => ({ ...part, rest: part.bytes }));
    let part: Hash = createHash("sha256");
    let [lines, bytes] = [0, 0];
    try {
      for await (const chunk of createReadStream(this.#pathOf(type)) as AsyncIterable<Buffer>) {
        whole.update(chunk);
        bytes += chunk.length;
        for (const byte of chunk) if (byte === NEWLINE) lines++;
        for (let at = 0; at < chunk.length;) {
          const [first] = left;
          if (first === undefined) throw corrupt();
          const taken = Math.min(first.rest, chunk.length - at);
          part.update(chunk.subarray(at, at + taken));
          at += taken;
          first.rest -= taken;
          if (first.rest > 0) continue;
          if (part.digest("hex") !== first.sha256) throw corrupt();
          left.shift();
          part = createHash("sha256");
        }
      }
    } catch {
      throw corrupt();
    }
    if (left.length > 0 || lines !== this.count(type)) throw corrupt();
    return { type, file: `${type}.ndjson`, count: lines, bytes, sha256: whole.digest("hex") };
  }

  #take({ parts, mark, again }: Line): void {
    if (again !== undefined) this.#parts.set(again, []);
    for (const part of parts) this.#parts.set(part.type, [...(this.#parts.get(part.type) ?? []), part]);
    this.#marks.push(again === undefined ? mark : { again });
  }

  /** What a step wrote whose line did not reach the disk is no part of the file. */
  async #cut(type: string): Promise<void> {
    const bytes = (this.#parts.get(type) ?? []).reduce((sum, part) => sum + part.bytes, 0);
    await writing(async () => {
      const file = await open(this.#pathOf(type), "a", 0o600);
      try {
        const { size } = await file.stat();
        // A file that lost something is found at the end; zeros in its place would only look whole.
        if (size > bytes) await file.truncate(bytes);
      } finally {
        await file.close();
      }
    });
  }

  #pathOf(type: string): string {
    return join(this.#folder, `${type}.ndjson`);
  }
}

const JOURNAL = "export.journal";
const NEWLINE = 10;

function byType(lines: readonly ExportedLine[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { type, json } of lines) found.set(type, [...(found.get(type) ?? []), json]);
  return found;
}

async function append(path: string, text: string): Promise<void> {
  await writing(async () => {
    const file = await open(path, "a", 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
  });
}

async function writing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw fileNotWritable();
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw corrupt();
  }
}

function corrupt(): AnamnesisError<"export-corrupt"> {
  return new AnamnesisError({
    code: "export-corrupt",
    rule: "What stands in the folder of an export is what it wrote.",
    fix: "Export into a new folder.",
  });
}

function ofAnother(): AnamnesisError<"export-of-another"> {
  return new AnamnesisError({
    code: "export-of-another",
    rule: "A folder goes on with the export that was begun in it.",
    fix: "Give another --out, or the same keys, client, node and choice as before.",
  });
}
