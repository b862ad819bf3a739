import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { sayOpened } from "../../looks/sayOpened.ts";
import { Failed } from "../../parts/Failed.tsx";
import { AlertIcon, CheckIcon } from "../../parts/icons.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { saveFile } from "../../records/saveFile.ts";
import { formatExact } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { StopReceipt } from "../../worker/protocol/sharing.ts";

/** What became of a share that was stopped: who refuses, what was destroyed, and what had been read before. To keep and to print. */
export function StopReceiptPage() {
  const words = useWords();
  usePageTitle(words.receipt.pageTitle);
  const { share: id } = useParams({ from: "/inside/sharing/stopped/$share" });
  const shares = useQuery({ queryKey: ["shares"], queryFn: async () => ask("shares") });
  const share = shares.data?.find((one) => one.state === "stopped" && one.consents.includes(id));
  const receipt = useQuery({
    queryKey: ["stop-receipt", id],
    queryFn: async () => ask("stopReceipt", { consents: share?.consents ?? [] }),
    enabled: share !== undefined,
    staleTime: 60_000,
  });
  return (
    <div className="stack">
      <p className="no-print">
        <Link to="/sharing">{words.back(words.titles.sharing)}</Link>
      </p>
      {shares.isError && (
        <Failed error={shares.error} reset={() => void shares.refetch()} busy={shares.isFetching} />
      )}
      {shares.isSuccess && share === undefined && (
        <>
          <h1>{words.receipt.pageTitle}</h1>
          <p>{words.receipt.gone}</p>
        </>
      )}
      {(shares.isPending || (share !== undefined && receipt.isPending)) && (
        <Waiting label={words.receipt.making} />
      )}
      {receipt.isError && (
        <Failed error={receipt.error} reset={() => void receipt.refetch()} busy={receipt.isFetching} />
      )}
      {receipt.isSuccess && <Shown receipt={receipt.data} />}
    </div>
  );
}

function Shown({ receipt }: { readonly receipt: StopReceipt }) {
  const said = useWords().receipt;
  const words = useWords();
  const { granteeName, inForceAt, madeAt, clauses, incomplete, file } = receipt;
  return (
    <>
      <h1>{said.title(granteeName)}</h1>
      <div className={inForceAt === null ? "notice" : "notice good"} role="status">
        {inForceAt === null ? <AlertIcon /> : <CheckIcon />}
        <div className="grow">
          <p>{inForceAt === null ? said.notNow : said.inForce(formatExact(inForceAt))}</p>
          <p>{said.made(formatExact(madeAt))}</p>
        </div>
      </div>
      <Read receipt={receipt} />
      <Nodes receipt={receipt} />
      {incomplete && <p className="notice">{said.incomplete}</p>}
      <section className="card" aria-labelledby="clauses">
        <h2 id="clauses">{said.clauses}</h2>
        {clauses.map(({ kind, sentence }) => (
          <p key={kind}>
            <b>{words.kinds[kind]}.</b> {sentence}
          </p>
        ))}
      </section>
      <div className="no-print">
        <div className="tools">
          <Button onClick={() => saveFile(file, said.file)}>{said.save}</Button>
          <Button variant="outline" onClick={() => window.print()}>
            {said.print}
          </Button>
        </div>
        <p className="muted">{said.saveHelp}</p>
      </div>
    </>
  );
}

function Read({ receipt: { read } }: { readonly receipt: StopReceipt }) {
  const words = useWords();
  const said = words.receipt;
  const purposes: Readonly<Record<string, string>> = words.looked.purposes;
  const records = useQuery({
    queryKey: ["records"],
    queryFn: async () => ask("records", undefined),
    enabled: false,
  });
  return (
    <section className="card" aria-labelledby="read">
      <h2 id="read">{said.read}</h2>
      {read.length === 0 && <p>{said.readNothing}</p>}
      <ul className="rows">
        {read.map(({ person, organisation, when, purpose, records: opened, proven }) => {
          const { kinds, more } = sayOpened(opened, records.data?.items ?? []);
          return (
            <li key={`${person} ${when} ${opened[0]}`} className="row entry">
              <div className="grow">
                <h3>{person}</h3>
                <p className="muted">
                  {organisation}, {formatExact(when)}
                </p>
                <p>
                  {said.readLine(opened.length, purposes[purpose] ?? purpose)}
                  {kinds.length > 0 && ` ${kinds.join(", ")}${more ? ` ${words.looks.more}` : ""}`}
                </p>
              </div>
              <span className={proven ? "tag good" : "tag wait"}>
                {proven ? <CheckIcon /> : <AlertIcon />}
                {proven ? words.looked.proven : words.looks.notProven}
              </span>
            </li>
          );
        })}
      </ul>
      <p className="muted">{said.honest}</p>
    </section>
  );
}

function Nodes({ receipt: { nodes } }: { readonly receipt: StopReceipt }) {
  const said = useWords().receipt;
  return (
    <section className="card" aria-labelledby="nodes">
      <h2 id="nodes">{said.nodes}</h2>
      <ul className="rows">
        {nodes.map(({ name, storedAt, silent, destroyed, destroyedAt, unheard }) => (
          <li key={name} className="row">
            <div className="grow">
              <h3>{name}</h3>
              <p>
                {silent ? said.silent : storedAt === null ? said.noLock : said.stored(formatExact(storedAt))}
              </p>
              <p>
                {destroyedAt !== null
                  ? said.destroyed(destroyed, formatExact(destroyedAt))
                  : unheard
                    ? said.unheard
                    : said.nothing}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p className="muted">{said.ownWord}</p>
      <p className="muted">{said.key}</p>
    </section>
  );
}
