import type { Entry } from "../entry.ts";

/** Why a title is none for a person: empty, "unknown", a resource type, or an id or bare code of the resources that it stands for; `null` when it is good. */
export function titleFault({ title, resources }: Pick<Entry, "title" | "resources">): string | null {
  if (title.trim() === "") return "empty";
  if (/^(?:unknown|null|undefined|\[object)/i.test(title)) return "says nothing";
  const ids = resources.map((resource) => resource["id"]);
  if (ids.includes(title)) return "an id";
  if (resources.some(({ resourceType }) => resourceType === title)) return "a resource type";
  return codesOf(resources).has(title) ? "a code" : null;
}

/** Every `code` in the resources that has a digit in it: words may be codes too. */
function codesOf(value: unknown, found = new Set<unknown>()): ReadonlySet<unknown> {
  if (Array.isArray(value)) for (const item of value) codesOf(item, found);
  else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (name === "code" && typeof member === "string" && /\d/.test(member)) found.add(member);
      else codesOf(member, found);
    }
  }
  return found;
}
