import { isIP } from "node:net";
import { nodeOrigins } from "../nodeOrigins.ts";

/** What WebAuthn binds passkeys to. */
export interface WebauthnSite {
  /** RP id: the node's name, without scheme and port. */
  readonly rpId: string;
  /** Origins of the node's own pages. */
  readonly origins: readonly string[];
}

/**
 * Of the node's public address. On loopback it is `localhost`, under which browsers know the same node. `null`: no browser makes passkeys there, since an RP id is a
 * name (WebAuthn Level 3 section 5.1.3) and the page's context a secure one.
 */
export function webauthnSite(url: string): WebauthnSite | null {
  const own = nodeOrigins(url);
  const origins = own.filter((origin) => {
    const { protocol, hostname } = new URL(origin);
    return (
      hostname === "localhost" || (protocol === "https:" && isIP(hostname.replace(/^\[|\]$/g, "")) === 0)
    );
  });
  const [first] = origins;
  return first === undefined ? null : { rpId: new URL(first).hostname, origins };
}
