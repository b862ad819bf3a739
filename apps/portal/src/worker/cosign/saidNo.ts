import type { Consortium } from "@anamnesis/sdk/consortium";
import { type AskedDecline, type FoundDecline, listDeclines } from "@anamnesis/sdk/listDeclines";
import { nameOf } from "../keyCards.ts";
import type { SaidNo } from "../protocol/cosign.ts";
import { browserRuntime } from "../runtime.ts";
import { organisationName, session } from "../session.ts";

/** Who declined these records, checked here, in words; and whose nodes did not answer. */
export async function saidNo(
  all: Consortium,
  records: readonly AskedDecline[],
): Promise<{
  readonly of: (record: string, signed: readonly string[]) => Promise<readonly SaidNo[]>;
  readonly by: (record: string) => readonly string[];
  readonly silent: readonly string[];
  readonly unchecked: number;
}> {
  if (records.length === 0) return { of: async () => [], by: () => [], silent: [], unchecked: 0 };
  const staff = session().vault.content.actor;
  const found = await listDeclines({ runtime: browserRuntime, consortium: all, records, staff });
  const said = Map.groupBy(found.declines, ({ record }) => record as string);
  const inWords = async ({ organisation, actor, time, reason }: FoundDecline): Promise<SaidNo> => {
    const person = all.actors.get(actor);
    return {
      organisation: organisationName(all, organisation),
      person: person === undefined ? null : await nameOf(all, person),
      time,
      reason,
    };
  };
  return {
    // Who signed after declining has signed.
    of: async (record, signed) =>
      Promise.all(
        (said.get(record) ?? []).filter(({ organisation }) => !signed.includes(organisation)).map(inWords),
      ),
    by: (record) => (said.get(record) ?? []).map(({ organisation }) => organisation),
    silent: found.silent.map((id) => organisationName(all, id)),
    unchecked: found.bad,
  };
}
