import { useId } from "react";
import { SENSITIVE_AREAS, DATA_KINDS } from "../meaning/areas.ts";
import { useWords } from "../words/useWords.tsx";
import { toggledArea } from "./toggledArea.ts";
import type { Terms } from "./useTerms.ts";

/** What, of which years, until when and why: the same choices whether a patient shares, answers, or somebody asks. */
export function TermsForm({
  what,
  sensitiveHelp,
  terms,
  change,
  asked,
  staff = false,
}: {
  /** Heading of the kinds of records. */
  readonly what: string;
  readonly sensitiveHelp: string;
  readonly terms: Terms;
  readonly change: (changes: Partial<Terms>) => void;
  /** How what was asked for is called beside the usual choices, where something was. */
  readonly asked?: { readonly from: string | null; readonly until: string };
  /** In the words of who asks, not of the patient. */
  readonly staff?: boolean;
}) {
  const words = useWords();
  const { areas, everything, sensitive, from, until, purpose } = terms;
  const said = staff ? words.requests : words.share;
  const named = staff ? words.requests.areas : words.areas;
  return (
    <>
      <section className="card">
        <Boxes
          title={what}
          items={([...DATA_KINDS, "everything"] as const).map((area) => ({
            key: area,
            label: named[area],
            checked: area === "everything" ? everything : areas.has(area) || (everything && area !== "own"),
            toggle: () => change(toggledArea(terms, area)),
          }))}
        />
        <Boxes
          title={words.share.sensitive}
          help={sensitiveHelp}
          items={SENSITIVE_AREAS.map((kind) => ({
            key: kind,
            label: words.kinds[kind],
            checked: sensitive.has(kind),
            toggle: () => change({ sensitive: toggled(sensitive, kind) }),
          }))}
        />
      </section>
      <section className="card">
        <Radios
          legend={words.share.when}
          values={
            asked === undefined || asked.from === null
              ? words.share.from
              : { asked: asked.from, ...words.share.from }
          }
          value={from}
          choose={(value) => change({ from: value })}
        />
        <Radios
          legend={words.share.how}
          values={asked === undefined ? words.share.until : { asked: asked.until, ...words.share.until }}
          value={until}
          choose={(value) => change({ until: value })}
        />
        <Radios
          legend={words.share.why}
          values={said.purpose}
          value={purpose}
          choose={(value) => change({ purpose: value })}
        />
      </section>
    </>
  );
}

function Boxes({
  title,
  help,
  items,
}: {
  readonly title: string;
  readonly help?: string;
  readonly items: readonly {
    readonly key: string;
    readonly label: string;
    readonly checked: boolean;
    readonly toggle: () => void;
  }[];
}) {
  const id = useId();
  return (
    <div>
      <h2 id={id}>{title}</h2>
      {help !== undefined && <p className="muted">{help}</p>}
      <div className="pick" role="group" aria-labelledby={id}>
        {items.map(({ key, label, checked, toggle }) => (
          <label key={key}>
            <input type="checkbox" checked={checked} onChange={toggle} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </div>
  );
}

function Radios<Key extends string>({
  legend,
  values,
  value,
  choose,
}: {
  readonly legend: string;
  readonly values: Readonly<Partial<Record<Key, string>>>;
  readonly value: Key;
  readonly choose: (value: Key) => void;
}) {
  const name = useId();
  return (
    <fieldset className="pick">
      <legend>{legend}</legend>
      {keysOf(values).map((key) => (
        <label key={key}>
          <input type="radio" name={name} checked={key === value} onChange={() => choose(key)} />
          <span>{values[key]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

function keysOf<Key extends string>(values: Readonly<Partial<Record<Key, string>>>): readonly Key[] {
  return Object.keys(values) as Key[];
}
