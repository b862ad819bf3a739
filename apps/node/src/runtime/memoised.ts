/** `work` once for each key; later calls get the same promise. For the lookups of one batch or request, never longer. */
export function memoised<Args extends readonly unknown[], T>(
  keyOf: (...args: Args) => string,
  work: (...args: Args) => Promise<T>,
): (...args: Args) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (...args) => {
    const key = keyOf(...args);
    const found = known.get(key) ?? work(...args);
    known.set(key, found);
    return found;
  };
}
