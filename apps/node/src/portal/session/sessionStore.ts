import type { SignIn } from "@anamnesis/api/routes/portal";
import type { UnixSeconds } from "@anamnesis/core/ids";

/** A session as it is kept: never the value that the browser has. */
export interface StoredSession {
  /** For as long as it lasts: 16 random bytes in hexadecimal. */
  readonly session: string;
  readonly account: string;
  readonly how: SignIn;
  /** Of the account when it began. */
  readonly generation: number;
  readonly created: UnixSeconds;
  /** When the browser got the value that it has. */
  readonly rotated: UnixSeconds;
  readonly used: UnixSeconds;
  /** SHA-256 of the browser's value in hexadecimal. */
  readonly current: string;
  /** Of the value before it; `null` before the first change. */
  readonly previous: string | null;
}

/**
 * Where sessions are kept. It is shared by all processes that answer at one address.
 *
 * MUST find what was added and changed by any of them before, until it is removed or its end has passed; MUST NOT bring back what was removed. It MAY lose
 * sessions (somebody signs in again): that a session was ended counts elsewhere, so a store that forgets the end of one does no harm.
 */
export interface SessionStore {
  /** @param end after which it MAY be forgotten. */
  add(session: StoredSession, end: UnixSeconds): Promise<void>;
  /** By the hash of the browser's value or of the one before it; `null` when there is none. */
  find(hash: string): Promise<StoredSession | null>;
  /** Notes that it was used; nothing when it is gone. */
  touch(session: string, used: UnixSeconds, end: UnixSeconds): Promise<void>;
  /**
   * Gives it another value, `to`, and remembers `from` as the one before. MUST be atomic: of several at once with one `from` one gets `true`, and
   * `false` when `from` is not its value.
   */
  rotate(session: string, change: SessionChange): Promise<boolean>;
  remove(session: string): Promise<void>;
  /** All of an account. */
  removeAll(account: string): Promise<void>;
  close(): Promise<void>;
}

export interface SessionChange {
  readonly from: string;
  readonly to: string;
  readonly at: UnixSeconds;
  readonly end: UnixSeconds;
}
