import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Failed } from "../../parts/Failed.tsx";
import { Waiting } from "../../parts/Waiting.tsx";
import { formatDate, formatDay } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { DeskPerson } from "../../worker/protocol/desk.ts";

/** Who was registered here. Each search is one audited look, so it is made when it is asked for and not at every letter. */
export function PeopleHere({ makeCode }: { readonly makeCode: (person: DeskPerson) => void }) {
  const words = useWords();
  const [text, setText] = useState("");
  const [search, setSearch] = useState("");
  const list = useInfiniteQuery({
    queryKey: ["desk-people", search],
    queryFn: async ({ pageParam }) => ask("deskPeople", { search, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  const people = list.data?.pages.flatMap((page) => page.people) ?? [];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSearch(text.trim());
  };
  return (
    <section className="card" aria-labelledby="people-here">
      <h2 id="people-here">{words.desk.desk.list}</h2>
      <p className="muted">{words.desk.desk.listHelp}</p>
      <form onSubmit={submit} role="search">
        <TextInput
          type="search"
          label={words.desk.desk.search}
          value={text}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </form>
      {list.isPending && <Waiting />}
      {list.isError && <Failed error={list.error} reset={() => void list.refetch()} busy={list.isFetching} />}
      {list.isSuccess && people.length === 0 && (
        <p>{search === "" ? words.desk.desk.empty : words.desk.desk.nobody}</p>
      )}
      <ul className="rows">
        {people.map((person) => (
          <Person key={person.patient} person={person} makeCode={makeCode} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="tools">
          <Button
            variant="outline"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {words.desk.desk.more}
          </Button>
        </div>
      )}
    </section>
  );
}

function Person({
  person,
  makeCode,
}: {
  readonly person: DeskPerson;
  readonly makeCode: (person: DeskPerson) => void;
}) {
  const words = useWords();
  const { given, family, birthDate, identifier, registeredAt, state, kept } = person;
  const about = [
    birthDate === null ? null : words.desk.desk.born(sayDate(birthDate)),
    identifier === null ? null : words.desk.desk.number(identifier),
    registeredAt === null ? null : words.desk.desk.since(formatDate(registeredAt)),
  ].filter((part) => part !== null);
  const name = `${given} ${family}`.trim();
  return (
    <li className="row person">
      <div className="grow">
        <h3>{name}</h3>
        <p className="muted">{about.join(", ")}</p>
      </div>
      <span className={state === "own" ? "tag good" : "tag wait"}>{words.desk.desk.states[state]}</span>
      {kept && (
        <Button variant="subtle" aria-label={words.desk.desk.codeFor(name)} onClick={() => makeCode(person)}>
          {words.desk.desk.code}
        </Button>
      )}
    </li>
  );
}

/** A FHIR date may be a year or a month alone: that is said as it is. */
function sayDate(date: string): string {
  return date.length === 10 ? formatDay(Date.parse(`${date}T00:00:00Z`) / 86_400_000) : date;
}
