/**
 * Structured log. Fields are ids, counts, durations and codes; never health data, keys, credentials, attributes or
 * anything decrypted.
 */
export interface Logger {
  info(event: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
  warn(event: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
  error(event: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
}
