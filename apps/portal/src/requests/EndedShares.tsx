import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accessSentence } from "../meaning/accessSentence.ts";
import { ShowMore } from "../parts/ShowMore.tsx";
import { useFirst } from "../parts/useFirst.ts";
import { permissionOf } from "../share/permissionOf.ts";
import { locale } from "../timeline/useTimeline.ts";
import { formatDate } from "../words/format.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";

/** How many are shown at first, and how many more each time: whom to ask again is among the newest. */
const STEP = 10;

/** Shares that have ended: whose they were shows nobody any more, what they were about does. */
export function EndedShares() {
  const words = useWords();
  const ended = useQuery({ queryKey: ["ended"], queryFn: async () => ask("ended") });
  const list = useFirst(ended.data ?? [], STEP, STEP);
  if (list.total === 0) return null;
  return (
    <section className="card" aria-labelledby="ended">
      <h2 id="ended">{words.requests.ended}</h2>
      <p className="muted">{words.requests.endedHelp}</p>
      <ul className="rows">
        {list.shown.map((share) => (
          <li key={share.id} className="row">
            <div className="grow">
              <p>
                {accessSentence(
                  permissionOf({ ...share, granteeName: "", organisationName: null }),
                  "share",
                  meaningEn,
                  locale,
                )}
              </p>
              <p className="muted">
                {share.ended === "expired"
                  ? words.requests.endedOn.expired(formatDate(share.notAfter))
                  : words.requests.endedOn.stopped}
              </p>
            </div>
            <Link to="/patients/$patient" params={{ patient: share.id }}>
              {words.requests.askAgain}
            </Link>
          </li>
        ))}
      </ul>
      <ShowMore of={list} what={words.requests.ended} />
    </section>
  );
}
