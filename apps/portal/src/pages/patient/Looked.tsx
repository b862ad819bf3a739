import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Failed } from "../../parts/Failed.tsx";
import { AlertIcon, CheckIcon } from "../../parts/icons.tsx";
import { LookRow } from "../../parts/LookRow.tsx";
import { ShowMore } from "../../parts/ShowMore.tsx";
import { useFirst } from "../../parts/useFirst.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { useLooks } from "../../looks/useLooks.ts";
import { useWords } from "../../words/useWords.tsx";
import type { Looks } from "../../worker/protocol/looks.ts";

/** Looks that are shown at once: each is some twenty parts of the page. */
const STEP = 100;

export function Looked() {
  const words = useWords();
  usePageTitle(words.titles.looked);
  const { look: one } = useSearch({ from: "/inside/looked" });
  const looks = useLooks();
  const [all, setAll] = useState(false);
  const every = looks.data?.looks ?? [];
  const shown =
    one === undefined ? every.filter(({ who }) => all || who !== null) : every.filter(({ id }) => id === one);
  const first = useFirst(shown, STEP, STEP);
  return (
    <div className="stack">
      <div>
        <h1>{words.looked.title}</h1>
        <p className="lead">{words.looked.lead}</p>
      </div>
      {looks.isPending && <Waiting />}
      {looks.isError && (
        <Failed error={looks.error} reset={() => void looks.refetch()} busy={looks.isFetching} />
      )}
      {looks.isSuccess && (
        <>
          <Proof looks={looks.data} />
          {one !== undefined && (
            <p>
              {words.looks.notices.one} <Link to="/looked">{words.looks.notices.all}</Link>
            </p>
          )}
          {one === undefined && (
            <fieldset className="pick">
              <legend className="visually-hidden">{words.looked.filter}</legend>
              {[false, true].map((value) => (
                <label key={String(value)}>
                  <input type="radio" name="whose" checked={all === value} onChange={() => setAll(value)} />
                  <span>{value ? words.looked.show.all : words.looked.show.others}</span>
                </label>
              ))}
            </fieldset>
          )}
          <section className="card" aria-label={words.looked.title}>
            {shown.length === 0 && <p>{words.looked.none}</p>}
            {shown.length > STEP && <p className="muted">{words.records.count(shown.length)}</p>}
            <ul className="rows">
              {first.shown.map((look) => (
                <LookRow key={look.id} look={look} />
              ))}
            </ul>
            <ShowMore of={first} what={words.looked.title} />
          </section>
        </>
      )}
    </div>
  );
}

/** Whether all of it was checked, and the exact terms for those who want them. */
function Proof({ looks }: { readonly looks: Looks }) {
  const words = useWords();
  const known: Readonly<Record<string, string>> = words.looked.findings;
  return (
    <div className={looks.proven ? "notice good" : "notice"} role="status">
      {looks.proven ? <CheckIcon /> : <AlertIcon />}
      <div className="grow">
        <h2>{looks.proven ? words.looked.proven : words.looked.notProven}</h2>
        {looks.proven ? (
          <p>{words.looked.provenHelp}</p>
        ) : (
          [
            ...new Set(
              looks.findings.map(({ code, who }) => `${who ?? ""} ${known[code] ?? known["other"]}`),
            ),
          ].map((line) => <p key={line}>{line}</p>)
        )}
        <details>
          <summary>{words.looked.exact}</summary>
          {looks.logs
            .filter(({ entries }) => entries > 0)
            .map(({ name, kind, entries, size, witnesses }) => (
              <p key={`${name} ${kind}`}>{words.looked.logs(name, entries, size, witnesses)}</p>
            ))}
        </details>
      </div>
    </div>
  );
}
