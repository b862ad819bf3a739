import { folded } from "./folded.ts";

/** Characters of a word that count; those of a text are searched by this many too. */
const LONGEST = 40;
const WORD = /[\p{L}\p{N}]+/gu;

/**
 * Words of a text: runs of letters and digits, without case and accents. The same in every database, whose own parsers look at its language and take `mg/dl` for a file's name. Writings that put no space between words
 * are not taken apart.
 */
export function wordsOf(text: string): readonly string[] {
  return (folded(text).match(WORD) ?? []).map(cut);
}

/** Not between the halves of a character. */
function cut(word: string): string {
  const short = word.slice(0, LONGEST);
  return short.isWellFormed() ? short : short.slice(0, -1);
}
