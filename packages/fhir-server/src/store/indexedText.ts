/** Characters by which a text is found, at most: two of them, four bytes each, fit into a row of an index (2,704 bytes). */
export const MOST_INDEXED = 250;

/** What of a text is kept in an index, and compared with it: longer ones are the same when they begin alike. */
export function indexedText<T extends string | null>(text: T): T {
  if (text === null || text.length <= MOST_INDEXED) return text;
  const cut = text.slice(0, MOST_INDEXED);
  // Not between the halves of a character.
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)) as T;
}
