import { toBase64url } from "@anamnesis/api/http/base64url";
import type { Random } from "@anamnesis/core/ports/runtime";
import type { MemberOrigins } from "../memberOrigins.ts";
import { NONCE_PLACE, pageHeaders, policyTag } from "./pageHeaders.ts";
import type { PageFile } from "./readPages.ts";

/** What of a request decides which page it gets. */
export interface PageRequest {
  /** Without the query. */
  readonly path: string;
  readonly accept: string | undefined;
  readonly acceptEncoding: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

export interface PageAnswer {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export interface Pages {
  /** `null` for what is no page: another part of the node answers, or nobody. */
  answer(request: PageRequest): Promise<PageAnswer | null>;
}

export interface PagesOptions {
  /** Of `readPages`; `null`: they are not built. */
  readonly files: ReadonlyMap<string, PageFile> | null;
  readonly origins: MemberOrigins;
  readonly random: Random;
  /** The node's public address, once it is known. */
  readonly url: () => string;
}

const IMMUTABLE = "public, max-age=31536000, immutable";
/** Parts of the node that answer for themselves, also that something is not there. */
const OTHERS = /^\/(?:v1|portal|fhir|oauth|assets|\.well-known)(?:\/|$)/;

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Anamnesis</title>
<h1>This node runs</h1>
<p>Its pages are not built yet. In the folder of the project: <code>npm -w apps/portal run build</code>, then start the node again.</p>
</html>
`;

/** Whether what is at a path never changes: its name has the hash of its content, and no policy comes with it that counts. */
export function isLasting(path: string): boolean {
  return path.startsWith("/assets/") && !/worker/i.test(path);
}

/** The node's own pages: files as they were built, and `index.html` for every address that a person may have typed. */
export function createPages({ files, origins, random, url }: PagesOptions): Pages {
  const headersOf = async (nonce: string | null): Promise<Readonly<Record<string, string>>> =>
    pageHeaders({ nonce, nodes: [...(await origins.all())], secure: url().startsWith("https:") });

  const index = async (): Promise<PageAnswer> => {
    const nonce = toBase64url(random.bytes(16));
    const text = files?.get("/index.html")?.plain.toString("utf8") ?? NOT_BUILT;
    const headers = await headersOf(nonce);
    return {
      status: 200,
      headers: { ...headers, "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
      body: text.replaceAll(NONCE_PLACE, nonce),
    };
  };

  return {
    answer: async ({ path, accept, acceptEncoding, ifNoneMatch }) => {
      const file = path === "/index.html" ? undefined : files?.get(path);
      if (file !== undefined) {
        const changing = !isLasting(path);
        const tag = `"${file.tag}-${policyTag([...(await origins.all())])}"`;
        const headers: Record<string, string> = {
          ...(await headersOf(null)),
          "cache-control": changing ? "no-cache" : IMMUTABLE,
          vary: "accept-encoding",
          etag: tag,
        };
        if (changing && ifNoneMatch === tag) return { status: 304, headers, body: "" };
        const { encoding, body } = encoded(file, acceptEncoding ?? "");
        if (encoding !== null) headers["content-encoding"] = encoding;
        return { status: 200, headers: { ...headers, "content-type": file.type }, body };
      }
      if (path === "/" || path === "/index.html") return index();
      return /\btext\/html\b/.test(accept ?? "") && !OTHERS.test(path) ? index() : null;
    },
  };
}

function encoded(
  { plain, br, gzip }: PageFile,
  accepted: string,
): { readonly encoding: string | null; readonly body: Buffer } {
  const takes = (name: string): boolean =>
    accepted
      .split(",")
      .some((part) => new RegExp(`^\\s*${name}\\s*(?:$|;(?!\\s*q=0(?:\\.0*)?\\s*$))`).test(part));
  if (br !== null && takes("br")) return { encoding: "br", body: br };
  if (gzip !== null && takes("gzip")) return { encoding: "gzip", body: gzip };
  return { encoding: null, body: plain };
}
