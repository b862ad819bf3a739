import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { CheckIcon } from "../../parts/icons.tsx";
import { Failed } from "../../parts/Failed.tsx";
import { initialsOf } from "../../parts/initialsOf.ts";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { accessSentence } from "../../meaning/consentSentence.ts";
import { permissionOf } from "../../share/permissionOf.ts";
import { locale } from "../../timeline/useTimeline.ts";
import { meaningEn } from "../../words/meaning.en.ts";
import { formatDate, formatExact, formatList } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Share, Stopped } from "../../worker/protocol.ts";

export function Sharing() {
  const words = useWords();
  usePageTitle(words.titles.sharing);
  const shares = useQuery({ queryKey: ["shares"], queryFn: async () => ask("shares") });
  const [stopped, setStopped] = useState<{ readonly name: string; readonly receipt: Stopped } | null>(null);
  const all = shares.data ?? [];
  const live = all.filter(({ state }) => state === "live");
  const unfinished = all.filter(({ state }) => state === "unfinished" || state === "stopping");
  const over = all.filter(({ state }) => state === "expired" || state === "stopped");
  return (
    <div className="stack">
      <div>
        <h1>{words.sharing.title}</h1>
        <p className="lead">{words.sharing.lead}</p>
      </div>
      {stopped !== null && <Receipt {...stopped} />}
      {shares.isPending && <Waiting />}
      {shares.isError && <Failed error={shares.error} reset={() => void shares.refetch()} />}
      {shares.isSuccess && (
        <section className="card" aria-labelledby="live">
          <header>
            <h2 id="live">{words.sharing.live}</h2>
            <Link to="/sharing/new">{words.home.share}</Link>
          </header>
          {live.length === 0 && <p className="muted">{words.sharing.none}</p>}
          <ShareRows shares={live} onStopped={setStopped} />
        </section>
      )}
      {unfinished.length > 0 && (
        <section className="card" aria-labelledby="unfinished">
          <h2 id="unfinished">{words.sharing.unfinished}</h2>
          <p className="muted">{words.sharing.unfinishedHelp}</p>
          <ShareRows shares={unfinished} onStopped={setStopped} />
        </section>
      )}
      {over.length > 0 && (
        <section className="card" aria-labelledby="over">
          <h2 id="over">{words.sharing.over}</h2>
          <ul className="rows">
            {over.map((share) => (
              <li key={share.id} className="row">
                <div className="grow">
                  <h3>{share.granteeName}</h3>
                  <p className="muted">
                    {share.organisationName}, {formatDate(share.notBefore)}:{" "}
                    {share.state === "stopped" ? words.sharing.stopped : words.sharing.expired}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** Shares that can be stopped. */
function ShareRows({
  shares,
  onStopped,
}: {
  readonly shares: readonly Share[];
  readonly onStopped: (stopped: { readonly name: string; readonly receipt: Stopped }) => void;
}) {
  return (
    <ul className="rows">
      {shares.map((share) => (
        <LiveShare
          key={share.id}
          share={share}
          onStopped={(receipt) => onStopped({ name: share.granteeName, receipt })}
        />
      ))}
    </ul>
  );
}

function LiveShare({
  share,
  onStopped,
}: {
  readonly share: Share;
  readonly onStopped: (receipt: Stopped) => void;
}) {
  const words = useWords();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const stop = useMutation({
    mutationFn: async () => ask("stop", { consents: share.consents }),
    onSuccess: async (receipt) => {
      onStopped(receipt);
      await queries.invalidateQueries({ queryKey: ["shares"] });
    },
  });
  const stopOnce = useOnce(stop);
  const name = share.granteeName;
  return (
    <li className="row">
      <span className="who" aria-hidden="true">
        {initialsOf(name)}
      </span>
      <div className="grow">
        <h3>{name}</h3>
        <p className="muted">{share.organisationName}</p>
        <p>{accessSentence(permissionOf(share), "share", meaningEn, locale)}</p>
        {asked && (
          <div className="notice" role="group" aria-label={words.sharing.confirmStop(name)}>
            <div className="grow">
              <p>
                <b>{words.sharing.confirmStop(name)}</b> {words.sharing.confirmHelp}
              </p>
              <div className="tools">
                <Button className="danger" loading={stop.isPending} onClick={() => stopOnce()}>
                  {words.sharing.stop}
                </Button>
                <Button variant="subtle" disabled={stop.isPending} onClick={() => setAsked(false)}>
                  {words.sharing.keep}
                </Button>
              </div>
            </div>
          </div>
        )}
        {stop.isError && <Failed error={stop.error} reset={() => stopOnce()} />}
      </div>
      {!asked && (
        <Button variant="subtle" aria-label={words.sharing.stopWho(name)} onClick={() => setAsked(true)}>
          {words.sharing.stop}
        </Button>
      )}
    </li>
  );
}

/** Who signed that nothing opens any more, and since when. */
function Receipt({ name, receipt }: { readonly name: string; readonly receipt: Stopped }) {
  const words = useWords();
  const { acknowledged, silent, inForceAt } = receipt;
  return (
    <div className="notice good" role="status">
      <CheckIcon />
      <div className="grow">
        <h2>{words.sharing.stoppedTitle(name)}</h2>
        <p>
          {words.sharing.stoppedBy(formatList(acknowledged.map((custodian) => custodian.name)))}{" "}
          {words.sharing.stoppedAt(formatExact(inForceAt))}
        </p>
        {silent.length > 0 && <p>{words.sharing.silent(formatList(silent))}</p>}
      </div>
    </div>
  );
}
