import { DATA_KINDS, type DataKind } from "../meaning/areas.ts";

interface Areas {
  readonly areas: ReadonlySet<DataKind>;
  /** All general records; what the patient adds is not among them. */
  readonly everything: boolean;
}

/** The choice after one box was pressed. Taking a kind away from everything leaves the others of it, and never adds one. */
export function toggledArea({ areas, everything }: Areas, pressed: DataKind | "everything"): Areas {
  if (pressed === "everything") return { areas, everything: !everything };
  const general = DATA_KINDS.filter((kind) => kind !== "own");
  const own = areas.has("own") ? (["own"] as const) : [];
  const opened = everything && pressed !== "own";
  const next = new Set<DataKind>(opened ? [...general, ...own] : areas);
  if (!next.delete(pressed)) next.add(pressed);
  return { areas: next, everything: everything && pressed === "own" };
}
