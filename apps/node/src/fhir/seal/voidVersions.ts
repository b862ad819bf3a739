import type { NodeContext } from "../../context.ts";
import type { PendingVersion } from "./pendingVersions.ts";

/** A version that is nobody's record: whatever was sealed of its resource before is to be taken back, and what still waited for its patient never is. */
export async function voidVersions(
  { db, durable }: Pick<NodeContext, "db" | "durable">,
  versions: readonly Pick<PendingVersion, "row" | "version">[],
): Promise<void> {
  if (versions.length === 0) return;
  const rows = JSON.stringify(versions.map(({ row, version }) => ({ row, version })));
  const done = "jsonb_to_recordset($1::jsonb) as done (row bigint, version bigint)";
  await durable("fhir.void", () =>
    db.transaction(async (tx) => {
      await tx.query(
        `update fhir_seals s set state = case s.state when 'sealed' then 'retracting' else 'void' end
         from ${done} where s.row = done.row and s.version < done.version and s.state in ('sealed', 'waiting')`,
        [rows],
      );
      await tx.query(
        `update fhir_seals s set state = 'void' from ${done} where s.row = done.row and s.version = done.version and s.state = 'pending'`,
        [rows],
      );
    }),
  );
}
