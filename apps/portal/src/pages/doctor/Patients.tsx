import { Button, TextInput } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { aboutPerson } from "../../chart/aboutPerson.ts";
import { Also } from "../../chart/ChartScope.tsx";
import { patientOf } from "../../chart/patientOf.ts";
import { Failed } from "../../parts/Failed.tsx";
import { initialsOf } from "../../parts/initialsOf.ts";
import { isTyping } from "../../parts/isTyping.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { AskedList } from "../../requests/AskedList.tsx";
import { AskForm } from "../../requests/AskForm.tsx";
import { EndedShares } from "../../requests/EndedShares.tsx";
import { readerSentence } from "../../share/readerSentence.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Patients who granted this doctor something, found by name. Of each only the Patient resource is opened here. */
export function Patients() {
  const words = useWords();
  usePageTitle(words.titles.patients);
  const granting = useQuery({ queryKey: ["granting"], queryFn: async () => ask("granting") });
  const list = granting.data ?? [];
  const people = useQueries({
    queries: list.map((patient) => ({
      queryKey: ["patient", patient.id],
      queryFn: async () =>
        ask("chart", {
          consents: [patient.id],
          purpose: patient.shares[0]?.purposes[0] ?? "TREAT",
          only: ["Patient"],
        }),
      staleTime: 300_000,
    })),
  });
  const [text, setText] = useState("");
  const [asking, setAsking] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const find = (event: KeyboardEvent): void => {
      if (event.key !== "/" || isTyping(event.target)) return;
      event.preventDefault();
      search.current?.focus();
    };
    document.addEventListener("keydown", find);
    return () => document.removeEventListener("keydown", find);
  }, []);
  const wanted = text.trim().toLocaleLowerCase();
  const rows = list
    .map((patient, i) => ({ patient, known: patientOf(people[i]?.data?.items ?? []), state: people[i] }))
    .filter(({ known }) => wanted === "" || (known?.name.toLocaleLowerCase().includes(wanted) ?? false));
  return (
    <div className="stack">
      <header className="spread">
        <h1>{words.doctor.title}</h1>
        {!asking && <Button onClick={() => setAsking(true)}>{words.requests.ask}</Button>}
      </header>
      {asking && <AskForm close={() => setAsking(false)} />}
      <TextInput
        ref={search}
        type="search"
        label={words.doctor.search}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {granting.isPending && <Waiting />}
      {granting.isError && (
        <Failed error={granting.error} reset={() => void granting.refetch()} busy={granting.isFetching} />
      )}
      {granting.isSuccess && list.length === 0 && (
        <section className="card">
          <h2>{words.doctor.none}</h2>
          <p className="muted">{words.doctor.noneHelp}</p>
        </section>
      )}
      {rows.length > 0 && (
        <ul className="rows card">
          {rows.map(({ patient, known, state }) => (
            <li key={patient.id} className="row">
              <span className="who" aria-hidden="true">
                {initialsOf(known?.name ?? "?")}
              </span>
              <div className="grow">
                <h2>
                  <Link to="/patients/$patient" params={{ patient: patient.id }}>
                    {known?.name ?? (state?.isPending === true ? words.loading : words.doctor.unnamed)}
                  </Link>
                </h2>
                {known !== null && <p className="muted">{aboutPerson(known, words)}</p>}
                <p className="muted">{readerSentence(patient.shares)}</p>
                <Also ids={patient.also} terms={false} />
              </div>
            </li>
          ))}
        </ul>
      )}
      <AskedList />
      <EndedShares />
    </div>
  );
}
