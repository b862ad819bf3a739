import { Link } from "@tanstack/react-router";
import { Failed } from "../parts/Failed.tsx";
import { LookRow } from "../parts/LookRow.tsx";
import { Waiting } from "../parts/Waiting.tsx";
import { useWords } from "../words/useWords.tsx";
import { useLooks } from "./useLooks.ts";

const NEWEST = 3;

/** The newest looks of others, on the home page. */
export function WhoLooked() {
  const words = useWords();
  const looks = useLooks();
  const others = (looks.data?.looks ?? []).filter(({ who }) => who !== null);
  return (
    <section className="card" aria-labelledby="looked">
      <h2 id="looked">{words.home.looked}</h2>
      {looks.isPending && <Waiting />}
      {looks.isError && (
        <Failed error={looks.error} reset={() => void looks.refetch()} busy={looks.isFetching} />
      )}
      {looks.isSuccess && others.length === 0 && <p className="muted">{words.looked.none}</p>}
      <ul className="rows">
        {others.slice(0, NEWEST).map((look) => (
          <LookRow key={look.id} look={look} />
        ))}
      </ul>
      {others.length > 0 && <Link to="/looked">{words.home.allLooks(others.length)}</Link>}
    </section>
  );
}
