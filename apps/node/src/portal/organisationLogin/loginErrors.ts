import { AnamnesisError } from "@anamnesis/core/errors";

/** @param why a word for the node's log; the browser is not told. */
export function providerUnavailable(why: string): AnamnesisError<"provider-unavailable"> {
  return new AnamnesisError({
    code: "provider-unavailable",
    rule: "Your organisation's login is asked before it lets anybody in, and it does not answer as it has to.",
    fix: "Sign in with your passkey, and try again later. Whoever runs the node finds the reason in its log.",
    cause: why,
  });
}

export function loginRefused(): AnamnesisError<"login-refused"> {
  return new AnamnesisError({
    code: "login-refused",
    rule: "Whoever comes by an organisation's login is let in by that organisation.",
    fix: "Ask the people who run your organisation's logins, or use another one.",
  });
}

export function loginUnknown(): AnamnesisError<"login-unknown"> {
  return new AnamnesisError({
    code: "login-unknown",
    rule: "A login signs in once it was linked to an account of staff.",
    fix: "Sign in with your passkey, open My sign-in and link your organisation's login.",
  });
}

export function loginTaken(): AnamnesisError<"login-taken"> {
  return new AnamnesisError({
    code: "login-taken",
    rule: "A login signs in to one account of a node.",
    fix: "Sign in with the login and unlink it there, or use another one.",
  });
}

export function signInAgain(): AnamnesisError<"sign-in-again"> {
  return new AnamnesisError({
    code: "sign-in-again",
    rule: "A login is linked within 15 minutes of signing in: not at a page that somebody left open.",
    fix: "Sign out, sign in again, and link it then.",
  });
}

export function loginLinked(): AnamnesisError<"login-linked"> {
  return new AnamnesisError({
    code: "login-linked",
    rule: "One login signs in to an account.",
    fix: "Unlink the one that is linked, then link the other.",
  });
}
