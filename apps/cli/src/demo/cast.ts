import type { MemberKind } from "@anamnesis/core/ports/ledger";

export const ORGANISATIONS = ["north", "south", "laboratory"] as const;
/** The demo's organisations by a short name: also the names of their folders. */
export type OrganisationKey = (typeof ORGANISATIONS)[number];

/** All three are custodians, two of whom open a record. */
export const THRESHOLD = 2;

export const CAST: Readonly<Record<OrganisationKey, { readonly name: string; readonly kind: MemberKind }>> = {
  north: { name: "Hospital Northbank", kind: "hospital" },
  south: { name: "Hospital Southgate", kind: "hospital" },
  laboratory: { name: "Laboratory Eastgate", kind: "laboratory" },
};

export const ACTORS = [
  "importer",
  "registrar",
  "analyser",
  "doctor",
  "stranger",
  "specialist",
  "pathologist",
] as const;
export type ActorKey = (typeof ACTORS)[number];

/** People and devices that the organisations register. */
export const PEOPLE: Readonly<
  Record<
    ActorKey,
    { readonly name: string; readonly role: "practitioner" | "device"; readonly of: OrganisationKey }
  >
> = {
  importer: { name: "Northbank record system", role: "device", of: "north" },
  registrar: { name: "Dr. Nora Northbank", role: "practitioner", of: "north" },
  analyser: { name: "Eastgate laboratory system", role: "device", of: "laboratory" },
  doctor: { name: "Dr. Ada Southgate", role: "practitioner", of: "south" },
  stranger: { name: "Dr. Bela Southgate", role: "practitioner", of: "south" },
  pathologist: { name: "Dr. Eva Eastgate", role: "practitioner", of: "laboratory" },
  specialist: { name: "Dr. Cleo Southgate", role: "practitioner", of: "south" },
};
