/** Of one connection alone (RFC 9110 section 7.6.1), and what a proxy itself answers. */
const HOP_BY_HOP = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What says who called and how: a front says it itself, whatever it was told. */
const WHO_CALLED = /^(?:forwarded|x-forwarded-.*|x-real-ip)$/;

/** Without these a message would end elsewhere, or be for somebody else: no `Connection` takes them away. */
const FIXED = new Set(["content-length", "host"]);

/**
 * Headers of a request as the main process gets them: those that came, without those of the connection, and the caller's address in place of all that says who called.
 * @param raw names and values in turn, as Node gives them.
 */
export function requestHeaders(raw: readonly string[], ip: string): string[] {
  const headers = endToEnd(raw, (name) => WHO_CALLED.test(name));
  // The body's end is known by its pieces: said again, since Node adds it to some methods alone, and a body without an end would become the next request.
  if (hasName(raw, "transfer-encoding")) headers.push("transfer-encoding", "chunked");
  return [...headers, "x-forwarded-for", ip];
}

/** Headers of an answer as the caller gets them. @param last the connection ends with it. */
export function answerHeaders(raw: readonly string[], last: boolean): string[] {
  return [...endToEnd(raw, () => false), ...(last ? ["connection", "close"] : [])];
}

function endToEnd(raw: readonly string[], drop: (name: string) => boolean): string[] {
  const named = new Set<string>();
  each(raw, (name, value) => {
    if (name !== "connection") return;
    for (const one of value.toLowerCase().split(",")) named.add(one.trim());
  });
  const kept: string[] = [];
  each(raw, (name, value) => {
    if (HOP_BY_HOP.has(name) || drop(name) || (named.has(name) && !FIXED.has(name))) return;
    kept.push(name, value);
  });
  return kept;
}

function hasName(raw: readonly string[], wanted: string): boolean {
  let found = false;
  each(raw, (name) => (found ||= name === wanted));
  return found;
}

function each(raw: readonly string[], take: (name: string, value: string) => void): void {
  for (let i = 0; i + 1 < raw.length; i += 2) take(raw[i]?.toLowerCase() ?? "", raw[i + 1] ?? "");
}
