import { useQuery } from "@tanstack/react-query";
import { sayOpened } from "../looks/sayOpened.ts";
import { formatDate, formatExact, formatList, formatWhen } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { Look, LookClause } from "../worker/protocol/looks.ts";
import { initialsOf } from "./initialsOf.ts";
import { AlertIcon, CheckIcon } from "./icons.tsx";

/** One visit to one's records: who, of which organisation, what, why, by which clause, when, and whether it was checked. */
export function LookRow({ look }: { readonly look: Look }) {
  const words = useWords();
  const name = look.who?.name ?? words.looked.you;
  const denied = look.released.length === 0;
  const { machine, requests, clauses } = look;
  return (
    <li className="row">
      <span className={denied ? "who stop" : "who"} aria-hidden="true">
        {denied ? "!" : initialsOf(name)}
      </span>
      <div className="grow">
        <h3>{denied ? words.looked.refusedWho(name) : name}</h3>
        <p className="muted">
          {look.who !== null && look.who.organisation !== name && <>{look.who.organisation}. </>}
          {machine && <>{words.looks.machine}. </>}
          <What look={look} /> <When look={look} />
          {machine && requests.length > 1 && <>, {words.looks.times(requests.length)}</>}
        </p>
        {look.basis === "emergency" && <p className="muted">{words.looks.emergency}</p>}
        {look.who !== null && clauses.length > 0 && <Clauses clauses={clauses} />}
        {look.basis === "consent" && clauses.length === 0 && <p className="muted">{words.looks.noClause}</p>}
        {look.proven ? (
          <span className="tag good">
            <CheckIcon />
            {words.looked.proven}
          </span>
        ) : (
          <span className="tag wait">
            <AlertIcon />
            {words.looks.notProven}
          </span>
        )}
        <details>
          <summary>{words.looks.exact}</summary>
          {requests.map(({ request, kind, when, logs }) => (
            <p key={`${kind} ${request}`} className="exact">
              {formatExact(when)}, {words.kinds[kind]}. {words.looks.request(request, formatList(logs))}
            </p>
          ))}
        </details>
      </div>
    </li>
  );
}

/** How many records of which kinds and for what reason, or why not. */
function What({ look: { released, codes, who, purpose, kinds } }: { readonly look: Look }) {
  const words = useWords();
  // What was opened in this sitting; nothing is opened for it.
  const records = useQuery({
    queryKey: ["records"],
    queryFn: async () => ask("records", undefined),
    enabled: false,
  });
  const purposes: Readonly<Record<string, string>> = words.looked.purposes;
  const reason = who === null ? words.looked.own : (purposes[purpose] ?? purpose);
  const said = sayOpened(released, records.data?.items ?? []);
  const sensitive = kinds.filter((kind) => kind !== "general").map((kind) => words.kinds[kind]);
  if (released.length === 0) {
    const because: Readonly<Record<string, string>> = words.looks.why;
    const why = [...new Set(codes.map((code) => because[code] ?? words.looks.why.other))];
    return (
      <>
        {words.looked.refused}: {formatList(why)}.{" "}
        {words.looks.what(formatList(kinds.map((kind) => words.kinds[kind])))}, {reason}.
      </>
    );
  }
  return (
    <>
      {words.looked.opened(released.length)}
      {said.kinds.length > 0 && `: ${said.kinds.join(", ")}${said.more ? ` ${words.looks.more}` : ""}`}
      {sensitive.length > 0 && `; ${formatList(sensitive)}`}, {reason}.
    </>
  );
}

function When({ look: { when } }: { readonly look: Look }) {
  const now = Math.floor(Date.now() / 1000);
  return (
    <time dateTime={new Date(when * 1000).toISOString()} title={formatExact(when)}>
      {formatWhen(when, now)}
    </time>
  );
}

/** What permitted it: the day of the signature at once, its words on demand. */
function Clauses({ clauses }: { readonly clauses: readonly LookClause[] }) {
  const words = useWords();
  const days = [...new Set(clauses.map(({ notBefore }) => formatDate(notBefore)))];
  return (
    <details>
      <summary>{words.looks.permitted(formatList(days))}</summary>
      <h4>{words.looks.clauses}</h4>
      {clauses.map(({ consent, kind, sentence }) => (
        <p key={consent}>
          <b>{words.kinds[kind]}.</b> {sentence}
        </p>
      ))}
    </details>
  );
}
