/** UTF-16 code units of a title in a file's name; with date and ending it stays far below what any file system takes. */
const LONGEST = 80;
/** Names that Windows keeps for devices. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * A name for a file: what it is and of which day, such as "Discharge summary 2026-01-01.pdf". Letters, digits, spaces and hyphens of any script alone: nothing in it is a path, hides, or turns the
 * direction of writing.
 *
 * @param when FHIR date, dateTime or instant: its date is taken; `null`: none.
 * @param ending with its full stop, or empty.
 */
export function fileName(title: string, when: string | null, ending: string): string {
  const plain = title
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
  // Half of a surrogate pair at the end would be no character.
  const short = plain
    .slice(0, LONGEST)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trim();
  const name = short === "" || DEVICES.test(short) ? `document ${short}`.trim() : short;
  const date = /^\d{4}(?:-\d{2}){0,2}/.exec(when ?? "")?.[0];
  return `${date === undefined ? name : `${name} ${date}`}${ending}`;
}
