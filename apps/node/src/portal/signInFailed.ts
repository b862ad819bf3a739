import { AnamnesisError } from "@anamnesis/core/errors";

/** The same for everything that can be wrong: nobody learns who has an account here. */
export function signInFailed(): AnamnesisError<"sign-in-failed"> {
  return new AnamnesisError({
    code: "sign-in-failed",
    rule: "Who signs in answers a question of this node, once and within five minutes, with a key or login that it knows.",
    fix: "Begin again. If it fails again, sign in with another passkey or device, or use the printed kit.",
  });
}

export function notOffered(): AnamnesisError<"not-offered"> {
  return new AnamnesisError({
    code: "not-offered",
    rule: "A node lets people sign in by the ways that its portal's config names.",
    fix: "Choose one of those. Passkeys need a node with a public address that is a name, with https (or localhost).",
  });
}
