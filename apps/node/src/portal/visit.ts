import type { AccountKind, SignIn } from "@anamnesis/api/routes/portal";
import type { UnixSeconds } from "@anamnesis/core/ids";

/** Who is signed in, as handlers see it. */
export interface SignedIn {
  /** Of the session, for as long as it lasts: 16 bytes in hexadecimal. */
  readonly session: string;
  /** Id of the account, 16 bytes in hexadecimal. */
  readonly account: string;
  readonly kind: AccountKind;
  readonly how: SignIn;
  readonly created: UnixSeconds;
  readonly expires: UnixSeconds;
}

/** One request of a browser at the portal's routes. */
export interface Visit<Who = SignedIn> {
  /** The caller's network: what tries again and again is slowed by it. */
  readonly network: string;
  /** `null`: nobody is signed in. */
  readonly signedIn: Who | null;
  /** Gives the browser the value of a session in place of what it has; `null` takes that away. */
  cookie(value: string | null): void;
  /** Secret of this browser alone while somebody logs in elsewhere; `null`: nobody does. */
  readonly login: string | null;
  /** Gives the browser such a secret; `null` takes it away. */
  loginCookie(value: string | null): void;
}
