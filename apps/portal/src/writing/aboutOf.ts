import { standingPatients } from "../chart/standingPatients.ts";
import { textOf } from "../meaning/readElement.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import type { About } from "../worker/protocol/writing.ts";

/** The Patient that most of the records name: the newest one of an organisation, which resources refer to; the patient's own is about it. */
export function aboutOf(items: readonly OpenedItem[]): About {
  const [found] = standingPatients(items).toSorted((a, b) => Number(a.byOwner) - Number(b.byOwner));
  const id = textOf(found?.resource, "id");
  if (found === undefined || id === null || !/^[A-Za-z0-9\-.]{1,64}$/.test(id))
    return { reference: null, record: null };
  return { reference: `Patient/${id}`, record: found.record };
}
