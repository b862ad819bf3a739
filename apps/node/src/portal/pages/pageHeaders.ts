import { createHash } from "node:crypto";

/** What stands in `index.html` where each answer gets a nonce of its own. */
export const NONCE_PLACE = "ANAMNESIS-CSP-NONCE";

const PERMISSIONS = [
  "camera=(self)",
  "publickey-credentials-create=(self)",
  "publickey-credentials-get=(self)",
  "accelerometer=()",
  "browsing-topics=()",
  "display-capture=()",
  "geolocation=()",
  "gyroscope=()",
  "hid=()",
  "idle-detection=()",
  "magnetometer=()",
  "microphone=()",
  "midi=()",
  "payment=()",
  "serial=()",
  "usb=()",
].join(", ");

/** Seconds: two years. */
const HSTS = "max-age=63072000; includeSubDomains";

export interface PagePolicy {
  /** For the page's own style elements; `null` for what is no page. */
  readonly nonce: string | null;
  /** Origins of other nodes that the page may call. */
  readonly nodes: readonly string[];
  /** Whether the node's public address is https. */
  readonly secure: boolean;
}

/** Content Security Policy Level 3: nothing from elsewhere runs, nothing frames the page, and it calls members' nodes alone. */
export function contentSecurityPolicy({ nonce, nodes }: Omit<PagePolicy, "secure">): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce === null ? "" : ` 'nonce-${nonce}'`}`,
    "worker-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    // A source's host is a name or an IPv4 address: the standard has no IPv6 literals.
    `connect-src ${["'self'", ...nodes.filter((node) => !node.includes("["))].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types anamnesis default",
  ].join("; ");
}

export function pageHeaders(policy: PagePolicy): Readonly<Record<string, string>> {
  return {
    "content-security-policy": contentSecurityPolicy(policy),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": PERMISSIONS,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    ...(policy.secure ? { "strict-transport-security": HSTS } : {}),
  };
}

/** Changes with the policy: a worker that a browser keeps has the policy of the answer that brought it. */
export function policyTag(nodes: readonly string[]): string {
  return createHash("sha256")
    .update(contentSecurityPolicy({ nonce: null, nodes }))
    .digest("hex")
    .slice(0, 16);
}
