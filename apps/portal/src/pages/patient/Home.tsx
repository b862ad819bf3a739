import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { patientOf } from "../../chart/patientOf.ts";
import { groupLooks } from "../../looks/groupLooks.ts";
import { Failed } from "../../parts/Failed.tsx";
import { LookRow } from "../../parts/LookRow.tsx";
import { Fresh } from "../../timeline/Fresh.tsx";
import { Newest } from "../../timeline/Newest.tsx";
import { Opening } from "../../parts/Opening.tsx";
import { Missing } from "../../parts/Missing.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { NeedsMe } from "../../requests/NeedsMe.tsx";
import { useRequests } from "../../requests/useRequests.ts";
import { useRecords } from "../../records/useRecords.ts";
import { useUnseen } from "../../records/useUnseen.ts";
import { accessSentence } from "../../meaning/consentSentence.ts";
import { permissionOf } from "../../share/permissionOf.ts";
import { locale } from "../../timeline/useTimeline.ts";
import { WaitsForWallet } from "../../wallets/WaitsForWallet.tsx";
import { meaningEn } from "../../words/meaning.en.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

const NEWEST = 5;

/** In this order: what needs me, what is new, who looked, whom I share with. */
export function Home() {
  const words = useWords();
  usePageTitle(words.titles.home);
  const records = useRecords();
  const unseen = useUnseen(records.data?.items);
  const queries = useQueryClient();
  const shares = useQuery({ queryKey: ["shares"], queryFn: async () => ask("shares") });
  const live = (shares.data ?? []).filter(({ state }) => state === "live");
  const readers = new Set(
    live.map(({ granteeName, organisationName }) => `${granteeName} ${organisationName}`),
  ).size;
  useQuery({
    queryKey: ["go-on"],
    queryFn: async () => {
      await ask("goOn");
      await queries.invalidateQueries({ queryKey: ["shares"] });
      return null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const requests = useRequests();
  const waiting = (requests.data?.requests ?? []).filter(({ state }) => state === "waiting");
  const patient = patientOf(records.data?.items ?? []);
  const hour = new Date().getHours();
  const part = hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
  return (
    <>
      <h1>{words.home.hello(part, patient?.given ?? null)}</h1>
      {shares.isSuccess && <p className="muted lead">{words.home.readers(readers)}</p>}
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
            {records.isPending && <Opening progress={records.progress} />}
            {records.isError && <Failed error={records.error} reset={() => void records.refetch()} />}
            {records.isSuccess && <Missing {...records.data} again={() => void records.refetch()} />}
            {records.isSuccess && <Newest items={records.data.items} count={NEWEST} />}
          </section>
        </div>
        <div className="stack">
          <WhoLooked />
          <section className="card" aria-labelledby="shared">
            <h2 id="shared">{words.home.sharedWith}</h2>
            {shares.isPending && <Waiting />}
            {shares.isError && <Failed error={shares.error} reset={() => void shares.refetch()} />}
            {shares.isSuccess && live.length === 0 && <p className="muted">{words.home.noShares}</p>}
            <ul className="rows">
              {live.slice(0, 4).map((share) => (
                <li key={share.id} className="row">
                  <div className="grow">
                    <h3>{share.granteeName}</h3>
                    <p className="muted">{accessSentence(permissionOf(share), "share", meaningEn, locale)}</p>
                  </div>
                  <Link to="/sharing" aria-label={words.sharing.stopWho(share.granteeName)}>
                    {words.sharing.stop}
                  </Link>
                </li>
              ))}
            </ul>
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

function WhoLooked() {
  const words = useWords();
  const looks = useQuery({ queryKey: ["looks"], queryFn: async () => ask("looks") });
  const others = groupLooks((looks.data?.looks ?? []).filter(({ who }) => who !== null));
  return (
    <section className="card" aria-labelledby="looked">
      <h2 id="looked">{words.home.looked}</h2>
      {looks.isPending && <Waiting />}
      {looks.isError && <Failed error={looks.error} reset={() => void looks.refetch()} />}
      {looks.isSuccess && others.length === 0 && <p className="muted">{words.looked.none}</p>}
      <ul className="rows">
        {others.slice(0, 3).map((look) => (
          <LookRow key={look.key} look={look} proven={looks.data?.proven === true} />
        ))}
      </ul>
      {others.length > 0 && <Link to="/looked">{words.home.allLooks(others.length)}</Link>}
    </section>
  );
}
