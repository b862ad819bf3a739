import type { DeskPatient, DeskPatients, DeskPatientsWanted } from "@anamnesis/api/routes/desk";
import type { Hex, UnixSeconds } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { FhirEndpoint } from "../fhir/fhirEndpoint.ts";
import { askFhirAsDesk, staffOf } from "./asDesk.ts";
import { forgetClaimed } from "./forgetClaimed.ts";
import { ownershipOf } from "./ownershipOf.ts";

/** Patients of one page. */
const PAGE = 20;
const MR = "MR";

interface FoundPatient {
  readonly id: string;
  readonly name?: readonly {
    readonly use?: string;
    readonly text?: string;
    readonly family?: string;
    readonly given?: readonly string[];
  }[];
  readonly birthDate?: string;
  readonly identifier?: readonly {
    readonly type?: { readonly coding?: readonly { readonly code?: string }[] };
    readonly value?: string;
  }[];
}

interface Found {
  readonly entry?: readonly { readonly resource: FoundPatient }[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
}

/**
 * The organisation's own Patients, newest first: who somebody is and who holds the keys, and nothing else of the record. Found and audited by the FHIR server's own search.
 * Throws `not-authorised`, `bad-request`.
 */
export async function deskPatients(
  context: Pick<NodeContext, "db" | "durable" | "organisation">,
  fhir: Pick<FhirEndpoint, "answer">,
  signer: Hex | null,
  { search, after }: DeskPatientsWanted,
): Promise<DeskPatients> {
  const actor = await staffOf(context, signer);
  const { body } = await askFhirAsDesk(fhir, actor, {
    method: "GET",
    path: "Patient",
    query: [
      ...criteriaOf(search),
      ["_sort", "-_lastUpdated"],
      ["_count", String(PAGE)],
      ["_elements", "name,birthDate,identifier"],
      ...(after === null ? [] : [["_cursor", after] as const]),
    ],
  });
  const found = JSON.parse(body ?? "{}") as Found;
  const resources = (found.entry ?? []).map(({ resource }) => resource);
  const ids = resources.map(({ id }) => id);
  const rows = await context.db.query<{
    readonly id: string;
    readonly registered_at: UnixSeconds | null;
    readonly kept: boolean | null;
  }>(
    `select r.id, d.registered_at, d.kept is not null as kept
     from fhir_resources r left join desk_patients d on d.patient = r.id
     where r.type = 'Patient' and r.origin = 'own' and r.id = any($1)`,
    [ids],
  );
  const own = new Map(rows.map((row) => [row.id, row]));
  const states = await ownershipOf(context, ids);
  const claimed = rows
    .filter(({ id, kept }) => kept === true && states.get(id) === "own")
    .map(({ id }) => id);
  await forgetClaimed(context, claimed);
  const next = found.link?.find(({ relation }) => relation === "next")?.url;
  return {
    // What others wrote and a consent opened here is not the desk's.
    patients: resources.flatMap((resource): readonly DeskPatient[] => {
      const row = own.get(resource.id);
      if (row === undefined) return [];
      const state = states.get(resource.id) ?? "waiting";
      const kept = row.kept === true && state !== "own";
      return [{ patient: resource.id, ...personOf(resource), state, registeredAt: row.registered_at, kept }];
    }),
    next: next === undefined ? null : new URL(next).searchParams.get("_cursor"),
  };
}

/** Words are beginnings of names; what has a digit is a date of birth or a number. */
function criteriaOf(search: string): readonly (readonly [string, string])[] {
  return search
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word): readonly [string, string] => {
      if (/^\d{4}(-\d\d(-\d\d)?)?$/.test(word)) return ["birthdate", word];
      const escaped = word.replace(/[\\,$|]/g, "\\$&");
      return [/\d/.test(word) ? "identifier" : "name", escaped];
    });
}

function personOf({
  name = [],
  birthDate = null,
  identifier = [],
}: {
  readonly name?: FoundPatient["name"];
  readonly birthDate?: string | null;
  readonly identifier?: FoundPatient["identifier"];
}): Pick<DeskPatient, "given" | "family" | "birthDate" | "identifier"> {
  const [first] = name.toSorted((a, b) => rank(a.use) - rank(b.use));
  const number =
    identifier.find(({ type }) => type?.coding?.some(({ code }) => code === MR) === true) ??
    identifier.find(({ value }) => value !== undefined && !value.startsWith("urn:"));
  return {
    given: (first?.given ?? []).join(" ").slice(0, 100),
    family: (first?.family ?? first?.text ?? "").slice(0, 100),
    birthDate,
    identifier: number?.value?.slice(0, 64) ?? null,
  };
}

const ORDER = ["official", "usual"];

function rank(use: string | undefined): number {
  const at = ORDER.indexOf(use ?? "");
  return at < 0 ? ORDER.length : at;
}
