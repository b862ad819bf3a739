import type { Queryable, Row, SqlValue } from "@anamnesis/core/ports/database";

/** The statements of one transaction. */
export interface WatchedStatements extends Queryable {
  /** The first one that failed, whatever the transaction's work made of it: what it did is not to be kept. */
  readonly failure: { readonly error: unknown } | null;
}

export function watchStatements({ query }: Queryable): WatchedStatements {
  let failure: { readonly error: unknown } | null = null;
  return {
    get failure() {
      return failure;
    },
    query: async <R extends Row>(sql: string, values: readonly SqlValue[] = []) => {
      try {
        return await query<R>(sql, values);
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
  };
}
