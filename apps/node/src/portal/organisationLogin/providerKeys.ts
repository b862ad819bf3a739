import { hasCode } from "@anamnesis/core/errors";
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";
import { providerUnavailable } from "./loginErrors.ts";
import type { ProviderFetch } from "./providerFetch.ts";

/** What a token says of itself, and a key set that is in order does not fit. */
const OF_THE_TOKEN = [
  errors.JWKSNoMatchingKey,
  // Of several keys a token names one (OpenID Connect Core 1.0 section 10.1).
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];

/**
 * The provider's keys (RFC 7517), asked for when a token comes and kept for ten minutes. That they are not to be had, or are none, is the provider's failure and says nothing of the token:
 * throws `provider-unavailable` then, and what `jose` throws for a token that none of them signed.
 */
export function providerKeys(address: URL, fetched: ProviderFetch): JWTVerifyGetKey {
  const asked: ProviderFetch = async (url, request) => {
    const answer = await fetched(url, request);
    if (answer.status !== 200) throw providerUnavailable("keys-refused");
    return answer;
  };
  const remote = createRemoteJWKSet(address, { [customFetch]: asked });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      const isOfTheToken = OF_THE_TOKEN.some((kind) => error instanceof kind);
      if (isOfTheToken || hasCode(error, "provider-unavailable")) throw error;
      throw providerUnavailable("bad-keys");
    }
  };
}
