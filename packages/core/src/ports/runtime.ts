import type { UnixSeconds } from "../ids.ts";

export interface Clock {
  /** Wall clock in whole seconds. */
  now(): UnixSeconds;
}

export interface Random {
  /** Cryptographically secure bytes. */
  bytes(length: number): Uint8Array;
}
