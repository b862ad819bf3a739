import type { Infer } from "@anamnesis/core/encoding/codec";
import type { Address, SegmentId } from "@anamnesis/core/ids";
import type { Row } from "@anamnesis/core/ports/database";
import type { rotationList, rotationQuestion } from "@anamnesis/api/routes/exchange";
import type { NodeContext } from "../context.ts";

interface RotationRow extends Row {
  readonly segment: SegmentId;
  readonly generation: number;
  readonly newOwner: Address;
}

/** Most rotations of one answer. */
const MOST = 4096;

/** The rotations that this node has read on the ledger: of the segments that are named, and of those that ever went to one of the owners; oldest first of each. */
export async function rotationsOf(
  { db }: Pick<NodeContext, "db">,
  { segments, owners }: Infer<typeof rotationQuestion>,
): Promise<Infer<typeof rotationList>> {
  const rotations = await db.query<RotationRow>(
    `select segment, generation, owner as "newOwner" from ledger_owners
     where segment = any($1) or segment in (select segment from ledger_owners where owner = any($2))
     order by segment, generation limit ${MOST}`,
    [segments, owners],
  );
  return { rotations };
}
