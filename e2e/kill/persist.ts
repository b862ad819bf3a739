import { until } from "@anamnesis/cli/demo/until";
import { isAnamnesisError } from "@anamnesis/core/errors";

/** Milliseconds: a node that was killed is back within seconds, on a busy machine within some more. */
const PATIENCE = 90_000;

/** What a person does when a verb fails because a node is away: says it again, with the same files. Defects pass through. */
export async function persist<T>(what: string, verb: () => Promise<T>): Promise<T> {
  let last = "";
  const found = await until({ what, deadline: PATIENCE, state: () => last }, async () => {
    try {
      return { value: await verb() };
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
      last = `${error.code} ${JSON.stringify(error.meta)}`;
      return null;
    }
  });
  return found.value;
}
