import { concatBytes, equalSecret } from "@anamnesis/core/encoding/bytes";
import { domainHash } from "@anamnesis/core/encoding/hash";

/** Crockford's base 32: no I, L, O, U, so that a handwritten copy reads one way only. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A secret that people print, scan or type: a prefix and groups of four characters, the last ones a checksum. */
export interface CodeKind {
  readonly prefix: string;
  /** Of the checksum. */
  readonly domain: string;
  /** Bytes of the secret and of its checksum; together a multiple of 5, so that there are no padding bits. */
  readonly secret: number;
  readonly checksum: number;
}

/** Prefix and groups, with hyphens in between. */
export function printCode(kind: CodeKind, secret: Uint8Array): string {
  const groups = encode(concatBytes(secret, checksumOf(kind, secret))).match(/.{4}/g) ?? [];
  return [kind.prefix, ...groups].join("-");
}

/**
 * The secret of a code. Letter case, white space and hyphens do not matter; O reads as 0, I and L as 1.
 * @returns `form` or `checksum` when it is none.
 */
export function readCode(kind: CodeKind, text: string): Uint8Array | "form" | "checksum" {
  const plain = text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  if (!plain.startsWith(kind.prefix)) return "form";
  const bytes = decode(plain.slice(kind.prefix.length), kind.secret + kind.checksum);
  if (bytes === null) return "form";
  const secret = bytes.slice(0, kind.secret);
  const right = equalSecret(checksumOf(kind, secret), bytes.subarray(kind.secret));
  bytes.fill(0);
  return right ? secret : "checksum";
}

/** Characters of a group. */
const GROUP = 4;

/**
 * Which groups (from 1, behind the prefix) of a code that does not read are likely wrong: those with a character that no code has, or of another length; of one in which
 * a single character differs, the one where that is. Empty when nothing can be said, as of a code with groups left out or of another kind.
 */
export function suspectGroups(kind: CodeKind, text: string): readonly number[] {
  const groups = groupsOf(kind, text);
  const count = ((kind.secret + kind.checksum) * 8) / 5 / GROUP;
  if (groups === null || groups.length !== count) return [];
  const odd = groups.flatMap((group, i) => (isGroup(group) ? [] : [i + 1]));
  if (odd.length > 0) return odd;
  const characters = groups.join("").split("");
  const suspects = new Set<number>();
  for (const [at, typed] of characters.entries()) {
    for (const other of ALPHABET) {
      if (other === typed) continue;
      characters[at] = other;
      const secret = readCode(kind, kind.prefix + characters.join(""));
      if (!(secret instanceof Uint8Array)) continue;
      secret.fill(0);
      suspects.add(Math.floor(at / GROUP) + 1);
    }
    characters[at] = typed;
  }
  return [...suspects];
}

/** As they were typed apart, or, typed in one, of four each. `null` without the prefix. */
function groupsOf({ prefix }: CodeKind, text: string): readonly string[] | null {
  const upper = text.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1").trim();
  const apart = upper.split(/[\s-]+/);
  if (apart[0] === prefix) return apart.slice(1);
  const plain = apart.join("");
  return plain.startsWith(prefix) ? (plain.slice(prefix.length).match(/.{1,4}/g) ?? []) : null;
}

function isGroup(group: string): boolean {
  return group.length === GROUP && group.split("").every((character) => ALPHABET.includes(character));
}

function checksumOf(kind: CodeKind, secret: Uint8Array): Uint8Array {
  return domainHash(kind.domain, secret).subarray(0, kind.checksum);
}

function encode(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31] ?? "";
    value &= 31;
  }
  return text;
}

function decode(text: string, length: number): Uint8Array | null {
  if (text.length !== (length * 8) / 5) return null;
  const bytes = new Uint8Array(length);
  let bits = 0;
  let value = 0;
  let at = 0;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    value = (value << 5) | digit;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = value >>> bits;
    value &= (1 << bits) - 1;
  }
  return bytes;
}
