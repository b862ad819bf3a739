import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { DataKind } from "../meaning/areas.ts";
import { AskForm } from "../requests/AskForm.tsx";
import { readerSentence } from "../share/readerSentence.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { GrantingPatient } from "../worker/protocol.ts";

/** What is asked for in a chart. */
export interface Asking {
  /** None: all there is. */
  readonly areas: readonly DataKind[];
}

/** What a chart is opened by, and asking for more of it in place. */
export function ChartScope({
  patient,
  shares,
  name,
  asking,
  change,
}: {
  readonly patient: GrantingPatient;
  /** Of these what still stands. */
  readonly shares: GrantingPatient["shares"];
  /** Of the patient, where it is shared: kept with what was asked, for the list of that. */
  readonly name: string | null;
  /** `sent`: the patient was asked a moment ago. */
  readonly asking: Asking | "sent" | null;
  readonly change: (asking: Asking | "sent" | null) => void;
}) {
  const words = useWords();
  const form = useRef<HTMLDivElement>(null);
  const isAsking = asking !== null && asking !== "sent";
  useEffect(() => {
    if (isAsking) form.current?.focus();
  }, [isAsking, asking]);
  return (
    <>
      <div className="scope">
        <div className="grow">
          <p>{readerSentence(shares)}</p>
          <p className="muted">
            {words.doctor.recorded} {words.requests.partial}
          </p>
          {asking === "sent" && <p role="status">{words.requests.sent}</p>}
          <Also ids={patient.also} />
        </div>
        {!isAsking && (
          <Button variant="subtle" size="compact-md" onClick={() => change({ areas: [] })}>
            {words.requests.askMore}
          </Button>
        )}
      </div>
      {isAsking && (
        <div ref={form} tabIndex={-1} className="asking">
          <AskForm
            key={asking.areas.join(" ")}
            consent={patient.id}
            name={name}
            areas={asking.areas}
            close={(sent) => change(sent ? "sent" : null)}
          />
        </div>
      )}
    </>
  );
}

/** Other charts of the same patient: under other terms they cannot be one. */
export function Also({
  ids,
  terms = true,
}: {
  readonly ids: readonly string[];
  /** Says what they let read; in the list of patients their own rows do. */
  readonly terms?: boolean;
}) {
  const { chart } = useWords();
  const granting = useQuery({ queryKey: ["granting"], queryFn: async () => ask("granting") });
  const others = granting.data?.filter(({ id }) => ids.includes(id)) ?? [];
  return others.map(({ id, shares }) => (
    <p key={id} className="muted">
      {chart.alsoShared} {terms && readerSentence(shares)}{" "}
      <Link to="/patients/$patient" params={{ patient: id }}>
        {chart.openOther}
      </Link>
    </p>
  ));
}
