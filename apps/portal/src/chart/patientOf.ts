import type { OpenedItem } from "../worker/protocol.ts";

/** Who a chart is about, as the newest Patient resource in it says. */
export interface ChartPatient {
  readonly name: string;
  readonly given: string | null;
  readonly birthDate: string | null;
  readonly gender: string | null;
}

/** `null` when no Patient resource is shared, or it has no name. */
export function patientOf(items: readonly OpenedItem[]): ChartPatient | null {
  const replaced = new Set(items.map(({ amends }) => amends));
  const found = items
    .filter(({ resource, record }) => resource?.["resourceType"] === "Patient" && !replaced.has(record))
    .sort((a, b) => b.day - a.day);
  for (const { resource } of found) {
    const names = resource?.["name"];
    if (!Array.isArray(names)) continue;
    const usual = (names as readonly Name[]).find(({ use }) => use === "official" || use === "usual");
    const { text, given, family } = usual ?? (names[0] as Name | undefined) ?? {};
    const first = Array.isArray(given) ? given.filter((part) => typeof part === "string") : [];
    const name = typeof text === "string" ? text : [...first, family].filter(Boolean).join(" ");
    if (name.trim() === "") continue;
    return {
      name,
      given: first[0] ?? null,
      birthDate: textOf(resource?.["birthDate"]),
      gender: textOf(resource?.["gender"]),
    };
  }
  return null;
}

interface Name {
  readonly use?: unknown;
  readonly text?: unknown;
  readonly given?: unknown;
  readonly family?: string;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
