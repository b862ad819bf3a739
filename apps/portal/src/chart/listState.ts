import {
  coversPeriod,
  coversType,
  type DataPeriod,
  type Exception,
  exceptsUse,
  type Purpose,
} from "@anamnesis/core/consent/terms";
import type { Day } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { GrantingPatient, OpenedRecords } from "../worker/protocol.ts";

type Share = GrantingPatient["shares"][number];

/** What became of opening a chart. */
export type Opened = Pick<OpenedRecords, "gaps" | "refused" | "late">;

/** What the absence of something from a list means. Nothing but `shared` says that nobody recorded it. */
export type ListState =
  /** No share of the general records has its types. `areas`: other segments that are shared and might have them. */
  | { readonly state: "withheld"; readonly areas: readonly SegmentKind[] }
  | { readonly state: "opening" }
  /** Stored, and not on the ledger yet. */
  | { readonly state: "late" }
  /** Records did not open. `silent`: organisations whose nodes did not answer, where known. */
  | { readonly state: "failed"; readonly silent: readonly string[]; readonly tooFew: boolean }
  /**
   * `periods`: none for all times. `part`: some of its types, or of what is in the periods, is not shared.
   */
  | { readonly state: "shared"; readonly periods: readonly DataPeriod[]; readonly part: boolean };

/**
 * @param types FHIR types that the list is made of.
 * @param shares what the chart is opened by, all for the same purpose.
 * @param opened `null`: it is still being opened.
 */
export function listState(
  types: readonly string[],
  shares: readonly Share[],
  opened: Opened | null,
): ListState {
  const covering = shares.filter((share) => types.some((type) => covers(share, type)));
  const general = covering.filter(({ kind }) => kind === "general");
  const kinds = new Set(covering.map(({ kind }) => kind));
  if (kinds.size === 0) return { state: "withheld", areas: [] };
  if (opened !== null) {
    const gaps = opened.gaps.filter(({ kind }) => kinds.has(kind));
    // A record that did not open may be of any type.
    if (gaps.length > 0 || opened.refused > 0) {
      const silent = [...new Set(gaps.flatMap((gap) => gap.silent))];
      const tooFew = gaps.some(({ code }) => code === "too-few-custodians");
      return { state: "failed", silent, tooFew };
    }
  }
  if (opened === null) return { state: "opening" };
  if (opened.late.length > 0) return { state: "late" };
  if (general.length === 0) return { state: "withheld", areas: [...kinds] };
  return { state: "shared", ...reachOf(types, general) };
}

/** For which times all of the types are shared alike. */
function reachOf(
  types: readonly string[],
  shares: readonly Share[],
): { readonly periods: readonly DataPeriod[]; readonly part: boolean } {
  const reaches = types.map((type) => {
    const having = shares.filter((share) => covers(share, type));
    const whole = having.filter((share) => exceptionsOf(share, type).length === 0);
    const periods = widest(having.map(periodOf));
    // What one share excepts, another one may have.
    return { periods, part: having.length === 0 || !equal(periods, widest(whole.map(periodOf))) };
  });
  const [first] = reaches;
  const alike = reaches.every(({ periods }) => equal(periods, first?.periods ?? []));
  const part = !alike || reaches.some((reach) => reach.part);
  const unlimited = first?.periods.some(({ dataFrom, dataTo }) => dataFrom === null && dataTo === null);
  return { periods: !alike || unlimited === true ? [] : (first?.periods ?? []), part };
}

/** Something of the type is shared. */
function covers(share: Share, type: string): boolean {
  return (
    coversType(share, type) &&
    !exceptionsOf(share, type).some(({ dataFrom, dataTo }) => dataFrom === null && dataTo === null)
  );
}

function exceptionsOf({ exceptions, purposes }: Share, type: string): readonly Exception[] {
  const purpose = (purposes[0] ?? "TREAT") as Purpose;
  return exceptions.filter(
    (one) =>
      (one.resourceTypes.length === 0 || one.resourceTypes.includes(type)) &&
      exceptsUse(one, { actions: ["read"], purpose }),
  );
}

function periodOf({ dataFrom, dataTo }: Share): DataPeriod {
  return { dataFrom: dataFrom as Day | null, dataTo: dataTo as Day | null };
}

/** Without those that lie within another one, the earliest first. */
function widest(periods: readonly DataPeriod[]): readonly DataPeriod[] {
  const found: DataPeriod[] = [];
  for (const period of periods) {
    if (found.some((other) => coversPeriod(other, period))) continue;
    const others = found.filter((other) => !coversPeriod(period, other));
    found.splice(0, found.length, ...others, period);
  }
  return found.toSorted(
    (a, b) => (a.dataFrom ?? Number.NEGATIVE_INFINITY) - (b.dataFrom ?? Number.NEGATIVE_INFINITY),
  );
}

function equal(a: readonly DataPeriod[], b: readonly DataPeriod[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
