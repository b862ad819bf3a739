import { isSafeFor } from "./isSafeFor.ts";
import { providerUnavailable } from "./loginErrors.ts";

/** Milliseconds for one answer of the provider, its body included. */
const PATIENCE = 10_000;
/** Most bytes of one. */
const LONGEST = 256 * 1024;

/** As far as the libraries use it. */
export type ProviderFetch = (
  address: string,
  request: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>> | Headers;
    readonly body?: URLSearchParams | undefined;
  },
) => Promise<Response>;

/**
 * The network as far as the provider may have it: https (http on loopback for a provider there), no redirect is followed, and each answer is bounded in time and
 * size. Throws `provider-unavailable` for all that is no answer, one of 5xx among it.
 * @param patience milliseconds for one answer; 10 s by default.
 */
export function providerFetch(issuer: string, patience = PATIENCE): ProviderFetch {
  return async (address, { method, headers, body }) => {
    const url = new URL(address);
    if (!isSafeFor(issuer, url)) throw providerUnavailable("insecure-address");
    try {
      const answer = await fetch(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        redirect: "manual",
        credentials: "omit",
        signal: AbortSignal.timeout(patience),
      });
      const bytes = await boundedBody(answer);
      if (answer.status >= 500) throw providerUnavailable("server-error");
      const isEmpty = [204, 205, 304].includes(answer.status);
      return new Response(isEmpty ? null : bytes, { status: answer.status, headers: answer.headers });
    } catch (error) {
      throw error instanceof Error && error.name === "TimeoutError"
        ? providerUnavailable("timeout")
        : unreached(error);
    }
  };
}

function unreached(error: unknown): Error {
  return error instanceof Error && "code" in error && error.code === "provider-unavailable"
    ? error
    : providerUnavailable("unreached");
}

async function boundedBody(answer: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (answer.body === null) return null;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    length += piece.length;
    // Leaving the loop cancels what is still to come.
    if (length > LONGEST) throw providerUnavailable("too-large");
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}
