import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the workspace of the pages puts them when they are built. */
export const BUILT_PAGES = fileURLToPath(new URL("../../../../portal/dist", import.meta.url));

export interface PageFile {
  readonly type: string;
  /** First digits of the content's SHA-256. */
  readonly tag: string;
  readonly plain: Buffer;
  /** Made when the pages were built; `null` when they were not. */
  readonly br: Buffer | null;
  readonly gzip: Buffer | null;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff2: "font/woff2",
};

/**
 * The built pages by their path (`/index.html`, `/assets/…`), in memory: what is asked for is looked up there and never on the disk. `null` when
 * they are not built.
 */
export async function readPages(folder: string): Promise<ReadonlyMap<string, PageFile> | null> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const contents = new Map<string, Buffer>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    contents.set(`/${relative(folder, path).split(sep).join("/")}`, await readFile(path));
  }
  if (!contents.has("/index.html")) return null;
  const files = new Map<string, PageFile>();
  for (const [path, plain] of contents) {
    const type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
    // What has no type here is a compressed copy, a source map or nobody's business.
    if (type === undefined) continue;
    files.set(path, {
      type,
      tag: createHash("sha256").update(plain).digest("hex").slice(0, 16),
      plain,
      br: contents.get(`${path}.br`) ?? null,
      gzip: contents.get(`${path}.gz`) ?? null,
    });
  }
  return files;
}
