import { type Client, createClient, type Fetch } from "@anamnesis/api/client";
import type { HttpSigner } from "@anamnesis/api/http/signature";
import { ed25519PublicKey, ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { WalletSigner } from "./owner/ownerSigner.ts";

/** The world outside, brought by the caller: a browser, a command line or a simulation. */
export interface Runtime {
  readonly fetch: Fetch;
  /** Wall clock in whole seconds. */
  readonly now: () => UnixSeconds;
  /** Cryptographically secure bytes. */
  readonly random: (length: number) => Uint8Array;
  /** Resolves after that many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Asks the person's wallet, where one owns a segment. Absent: none can be asked, now or here. */
  readonly wallet?: WalletSigner;
}

/** Signs HTTP requests with an Ed25519 secret (32 bytes). */
export function httpSigner(secret: Uint8Array): HttpSigner {
  return { keyid: toHex(ed25519PublicKey(secret)), sign: (message) => ed25519Sign(message, secret) };
}

/** A client of one node. @param signer `null`: for routes that want no signature. */
export function connect(runtime: Runtime, endpoint: string, signer: HttpSigner | null): Client {
  const { fetch, now, random, sleep } = runtime;
  return createClient({ baseUrl: endpoint, fetch, signer, now, random, sleep });
}
