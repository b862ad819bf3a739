import { RECORD_SYSTEM } from "@anamnesis/fhir/write/written";
import type { Chart, Item } from "./chartOf.ts";
import { sensitiveKind } from "./entry.ts";
import { elementOf, elementsOf, textOf, type Element } from "./readElement.ts";

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const REFERENCE = new RegExp(
  `(?:^urn:uuid:|(?:^|/)(ServiceRequest|MedicationRequest)/)(${UUID})(?:/_history/[^/]+)?$`,
  "i",
);
/** How a bundle of opened records names each of them. */
const RECORD = `${RECORD_SYSTEM}:`;
const ORDERS = ["ServiceRequest", "MedicationRequest"] as const;

const indices = new WeakMap<Chart, ReadonlyMap<string, ReadonlySet<Item>>>();

/**
 * The order of another author on which a result says that it is based, where exactly one that was opened has that name: an UUID, which nobody else gives by chance, an identifier, or the record itself. Whoever
 * read such a name can give it to an order of their own: who made the order is only what its author says, and is shown as that. What is in a sensitive area is named in that area alone.
 */
export function orderElsewhere(result: Item, chart: Chart): Item | null {
  const references = elementsOf(result.resource, "basedOn");
  if (references.length === 0) return null;
  const known = indices.get(chart) ?? indexOf(chart);
  indices.set(chart, known);
  const found = new Set(references.flatMap(namesOf).flatMap((name) => [...(known.get(name) ?? [])]));
  const [order] = found;
  if (order === undefined || found.size > 1 || order.author === result.author) return null;
  return [null, sensitiveKind(result.kind)].includes(sensitiveKind(order.kind)) ? order : null;
}

function indexOf(chart: Chart): ReadonlyMap<string, ReadonlySet<Item>> {
  const index = new Map<string, Set<Item>>();
  const add = (name: string, item: Item): void => {
    index.set(name, (index.get(name) ?? new Set()).add(item));
  };
  for (const item of chart.items) {
    if (!ORDERS.some((type) => type === item.type)) continue;
    for (const { resource, record } of [item, ...item.earlier]) {
      const id = textOf(resource, "id");
      if (id !== null) add(`${item.type}/${id.toLowerCase()}`, item);
      if (record !== null) add(`${RECORD_SYSTEM}|${record}`, item);
      for (const identifier of elementsOf(resource, "identifier")) {
        const name = nameOf(identifier);
        // A record's id is its own alone, whatever a resource calls itself.
        if (name !== null && textOf(identifier, "system") !== RECORD_SYSTEM) add(name, item);
      }
    }
  }
  return index;
}

function namesOf(reference: Element): readonly string[] {
  const name = nameOf(elementOf(reference, "identifier"));
  const names = name === null ? [] : [name];
  const target = textOf(reference, "reference") ?? "";
  if (target.startsWith(RECORD)) return [...names, `${RECORD_SYSTEM}|${target.slice(RECORD.length)}`];
  const [, type, id = ""] = REFERENCE.exec(target.slice(-500)) ?? [];
  const types = id === "" ? [] : type === undefined ? ORDERS : [type];
  return [...names, ...types.map((one) => `${one}/${id.toLowerCase()}`)];
}

function nameOf(identifier: Element | null): string | null {
  const [system, value] = [textOf(identifier, "system"), textOf(identifier, "value")];
  return system === null || value === null ? null : `${system}|${value}`;
}
