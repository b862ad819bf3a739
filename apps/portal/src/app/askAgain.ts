import type { QueryClient } from "@tanstack/react-query";

/**
 * After a change: whatever these queries show is asked anew, by every page that shows it. An answer that is still on its way was asked for
 * before the change, and is dropped: the library alone would wait for it where nothing is shown yet, and keep it as the newest.
 *
 * @param names first parts of the queries' keys.
 */
export async function askAgain(queries: QueryClient, ...names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      await queries.cancelQueries({ queryKey: [name] });
      await queries.invalidateQueries({ queryKey: [name] });
    }),
  );
}
