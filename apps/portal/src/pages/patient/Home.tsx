import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { patientOf } from "../../chart/patientOf.ts";
import { Notices } from "../../looks/Notices.tsx";
import { WhoLooked } from "../../looks/WhoLooked.tsx";
import { Failed } from "../../parts/Failed.tsx";
import { Fresh } from "../../timeline/Fresh.tsx";
import { Newest } from "../../timeline/Newest.tsx";
import { OnTheirWay } from "../../parts/OnTheirWay.tsx";
import { Opening } from "../../parts/Opening.tsx";
import { Missing } from "../../parts/Missing.tsx";
import { CheckIcon } from "../../parts/icons.tsx";
import { TakesFocus } from "../../parts/TakesFocus.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { NeedsMe } from "../../requests/NeedsMe.tsx";
import { useRequests } from "../../requests/useRequests.ts";
import { lateRecords, RECORDS, useRecords } from "../../records/useRecords.ts";
import { useUnseen } from "../../records/useUnseen.ts";
import { accessSentence } from "../../meaning/accessSentence.ts";
import { isWith } from "../../share/isWith.ts";
import { type JustStopped, openShares, withStop } from "../../share/justStopped.ts";
import { permissionOf } from "../../share/permissionOf.ts";
import { ShareAgain } from "../../share/ShareAgain.tsx";
import { StopButton } from "../../share/StopButton.tsx";
import { useIsSteady } from "../../share/useIsSteady.ts";
import { locale } from "../../timeline/useTimeline.ts";
import { WaitsForWallet } from "../../wallets/WaitsForWallet.tsx";
import { formatCount } from "../../words/format.ts";
import { meaningEn } from "../../words/meaning.en.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

const NEWEST = 5;
/** Shares that are named; a link leads to all of them. */
const SHARES = 4;

/** In this order: what needs me, what is new, who looked, whom I share with. */
export function Home() {
  const words = useWords();
  usePageTitle(words.titles.home);
  const records = useRecords();
  const unseen = useUnseen(records.data?.items);
  const queries = useQueryClient();
  const shares = useQuery({ queryKey: ["shares"], queryFn: async () => ask("shares") });
  const [stops, setStops] = useState<readonly JustStopped[]>([]);
  const last = stops.at(-1);
  const open = openShares(shares.data ?? [], stops);
  const live = open.filter(({ state }) => state !== "unfinished");
  const shown = live.slice(0, SHARES);
  const isSteady = useIsSteady(shown);
  const readers = new Set(
    live.map(({ granteeName, organisationName }) => `${granteeName} ${organisationName}`),
  ).size;
  useQuery({
    queryKey: ["go-on"],
    queryFn: async () => {
      await ask("goOn");
      await askAgain(queries, "shares");
      return null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const requests = useRequests();
  const waiting = (requests.data?.requests ?? []).filter(({ state }) => state === "waiting");
  const items = records.data?.items ?? records.soFar;
  const patient = patientOf(items ?? []);
  const hour = new Date().getHours();
  const part = hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
  return (
    <>
      <h1>{words.home.hello(part, patient?.given ?? null)}</h1>
      {shares.isSuccess && <p className="muted lead">{words.home.readers(readers)}</p>}
      <Notices />
      <NeedsMe requests={waiting} />
      <WaitsForWallet />
      <div className="columns">
        <div className="stack">
          {unseen !== null && records.isSuccess && (
            <section className="card" aria-labelledby="fresh">
              <h2 id="fresh">{words.writing.fresh.title}</h2>
              <Fresh items={records.data.items} unseen={unseen} count={NEWEST} />
            </section>
          )}
          <section className="card" aria-labelledby="newest">
            <h2 id="newest">{words.home.newest}</h2>
            {records.isPending && <Opening progress={records.progress} isShown={records.soFar !== null} />}
            {records.isError && (
              <Failed error={records.error} reset={() => void records.refetch()} busy={records.isFetching} />
            )}
            {records.isSuccess && (
              <>
                <Missing {...records.data} again={() => void records.refetch()} busy={records.isFetching} />
                <OnTheirWay queryKey={RECORDS} late={records.data.late} look={lateRecords} />
              </>
            )}
            {items !== null && (
              <Newest
                items={items}
                count={NEWEST}
                isWhole={records.isSuccess && records.data.late.length === 0}
              />
            )}
          </section>
        </div>
        <div className="stack">
          <WhoLooked />
          <section className="card" aria-labelledby="shared">
            <h2 id="shared">{words.home.sharedWith}</h2>
            {shares.isPending && <Waiting />}
            {shares.isError && (
              <Failed error={shares.error} reset={() => void shares.refetch()} busy={shares.isFetching} />
            )}
            {shares.isSuccess && live.length === 0 && <p className="muted">{words.home.noShares}</p>}
            {last !== undefined && (
              <TakesFocus key={last.share.id}>
                <p className="notice good" role="status" aria-atomic="false">
                  <CheckIcon />
                  <span>
                    {open.some((share) => isWith(share, last.share))
                      ? words.sharing.stoppedOne(last.share.granteeName)
                      : words.looks.notices.stopped(last.share.granteeName)}{" "}
                    {last.stopped.rest !== "nothing" && words.sharing.rest[last.stopped.rest]}
                  </span>
                </p>
                {last.stopped.rest === "nothing" && (
                  <p className="tools">
                    <Link to="/sharing/stopped/$share" params={{ share: last.share.id }}>
                      {words.receipt.linkWho(last.share.granteeName)}
                    </Link>
                  </p>
                )}
                <ShareAgain share={last.share} />
              </TakesFocus>
            )}
            <ul className="rows">
              {shown.map((share) => (
                <li key={share.id} className="row">
                  <div className="grow">
                    <h3>{share.granteeName}</h3>
                    <p className="muted">{accessSentence(permissionOf(share), "share", meaningEn, locale)}</p>
                    {share.state === "stopping" && <p>{words.sharing.stoppingHelp}</p>}
                    <StopButton
                      share={share}
                      isSteady={isSteady}
                      onStopped={(stopped) => setStops((before) => withStop(before, { share, stopped }))}
                    />
                  </div>
                </li>
              ))}
            </ul>
            {live.length > SHARES && (
              <Link to="/sharing">
                {words.lists.showAll(formatCount(live.length))}
                <span className="visually-hidden">: {words.home.sharedWith}</span>
              </Link>
            )}
            <div className="tools">
              <Button
                component={Link}
                to="/sharing/new"
                variant={waiting.length === 0 ? "filled" : "outline"}
                fullWidth
              >
                {words.home.share}
              </Button>
            </div>
          </section>
        </div>
      </div>
    </>
  );
}
