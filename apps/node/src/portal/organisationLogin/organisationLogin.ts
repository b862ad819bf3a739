import { createHash } from "node:crypto";

/** Under which name an account knows a login: SHA-256 of `oidc`, the issuer and the subject, with a zero byte between, in hexadecimal. */
export function organisationLogin(issuer: string, subject: string): string {
  return createHash("sha256").update(`oidc\0${issuer}\0${subject}`).digest("hex");
}
