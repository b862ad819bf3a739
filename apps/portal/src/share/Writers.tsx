import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { askAgain } from "../app/askAgain.ts";
import { CheckIcon } from "../parts/icons.tsx";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { formatDate, formatList } from "../words/format.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";

const DAYS = { week: 7, quarter: 90, year: 365 } as const;
const LENGTHS = Object.keys(DAYS) as (keyof typeof DAYS)[];

/** Who may append, and lets an organisation append until a day. */
export function Writers() {
  const { writers: said } = useWords().writing;
  const queries = useQueryClient();
  const members = useQuery({ queryKey: ["members"], queryFn: async () => ask("members") });
  const [organisation, setOrganisation] = useState("");
  const [length, setLength] = useState<keyof typeof DAYS>("quarter");
  const chosen = members.data?.find(({ id }) => id === organisation);
  const notAfter = Math.floor(Date.now() / 1000) + DAYS[length] * 86_400;
  const allow = useMutation({
    mutationFn: async (what: { readonly organisation: string; readonly notAfter: number }) =>
      ask("allowWriting", what),
    onSuccess: async () => askAgain(queries, "writers"),
  });
  const once = useOnce(allow);
  return (
    <section className="card" aria-labelledby="writers">
      <h2 id="writers">{said.title}</h2>
      <p className="muted">{said.lead}</p>
      <Now />
      <form
        className="stack narrow"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen !== undefined) once({ organisation, notAfter });
        }}
      >
        <NativeSelect
          label={said.who}
          value={organisation}
          onChange={(event) => {
            allow.reset();
            setOrganisation(event.currentTarget.value);
          }}
          data={[
            { value: "", label: said.choose },
            ...(members.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <NativeSelect
          label={said.until}
          value={length}
          onChange={(event) =>
            setLength(LENGTHS.find((one) => one === event.currentTarget.value) ?? "quarter")
          }
          data={LENGTHS.map((value) => ({ value, label: said.choices[value] }))}
        />
        {chosen !== undefined && <p>{said.sentence(chosen.name, formatDate(notAfter))}</p>}
        {allow.isError && <Failed error={allow.error} />}
        <div>
          <Button type="submit" variant="outline" disabled={chosen === undefined} loading={allow.isPending}>
            {said.sign}
          </Button>
        </div>
        {allow.isSuccess && chosen !== undefined && (
          <p className="notice good" role="status">
            <CheckIcon />
            <span>{said.done(chosen.name)}</span>
          </p>
        )}
      </form>
    </section>
  );
}

/** A permission to add ends on its day and not before: what can be done is to know of it. */
function Now() {
  const { adders } = useWords();
  const writers = useQuery({ queryKey: ["writers"], queryFn: async () => ask("writers") });
  if (writers.isPending) return <Waiting />;
  if (writers.isError)
    return <Failed error={writers.error} reset={() => void writers.refetch()} busy={writers.isFetching} />;
  const { writers: all, silent } = writers.data;
  return (
    <>
      <h3>{adders.now}</h3>
      {all.length === 0 && <p className="muted">{adders.nobody}</p>}
      <ul className="rows" aria-label={adders.now}>
        {all.map(({ id, name, notAfter }) => (
          <li key={id} className="row">
            <div className="grow">
              <b>{name}</b>
              <p className="muted">{adders.until(formatDate(notAfter))}</p>
            </div>
          </li>
        ))}
      </ul>
      {silent.length > 0 && <p className="muted">{adders.silent(formatList(silent))}</p>}
    </>
  );
}
