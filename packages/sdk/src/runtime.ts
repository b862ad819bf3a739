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
  /** Resolves after that many milliseconds, and at once when it is aborted: then no timer is left. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Asks the person's wallet, where one owns a segment. Absent: none can be asked, now or here. */
  readonly wallet?: WalletSigner;
}

/** Signs HTTP requests with an Ed25519 secret (32 bytes). */
export function httpSigner(secret: Uint8Array): HttpSigner {
  return { keyid: toHex(ed25519PublicKey(secret)), sign: (message) => ed25519Sign(message, secret) };
}

/**
 * A client of one node.
 *
 * @param signer `null`: for routes that want no signature.
 * @param giveUp aborts its calls, as if their time were over.
 */
export function connect(
  runtime: Runtime,
  endpoint: string,
  signer: HttpSigner | null,
  giveUp?: AbortSignal,
): Client {
  const { fetch, now, random, sleep } = runtime;
  const client = createClient({ baseUrl: endpoint, fetch, signer, now, random, sleep });
  if (giveUp === undefined) return client;
  return {
    ...client,
    call: async (route, params, request, options) =>
      client.call(route, params, request, { ...options, signal: giveUp }),
  };
}
