const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function isLoopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.has(new URL(url).hostname);
}

/**
 * Origins under which browsers know the node at an endpoint: the endpoint's own, and on loopback those of its other names, since a page at
 * `localhost` and one at `127.0.0.1` are of one machine and one port. Empty for what is no address.
 */
export function nodeOrigins(endpoint: string): readonly string[] {
  if (!URL.canParse(endpoint)) return [];
  const { protocol, hostname, port, origin } = new URL(endpoint);
  if (protocol !== "http:" && protocol !== "https:") return [];
  if (!LOOPBACK.has(hostname)) return [origin];
  const suffix = port === "" ? "" : `:${port}`;
  return [origin, ...[...LOOPBACK].map((name) => `${protocol}//${name}${suffix}`)].filter(
    (one, i, all) => all.indexOf(one) === i,
  );
}
