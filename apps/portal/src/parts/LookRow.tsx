import type { LookGroup } from "../looks/groupLooks.ts";
import { formatExact, formatWhen } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import { initialsOf } from "./initialsOf.ts";
import { CheckIcon } from "./icons.tsx";

/** One visit to one's records: who, what, why, when, and whether it was checked. */
export function LookRow({ look, proven }: { readonly look: LookGroup; readonly proven: boolean }) {
  const words = useWords();
  const name = look.who?.name ?? words.looked.you;
  const denied = look.opened === 0;
  const purposes: Readonly<Record<string, string>> = words.looked.purposes;
  const why = look.who === null ? words.looked.own : (purposes[look.purpose] ?? look.purpose);
  const now = Math.floor(Date.now() / 1000);
  return (
    <li className="row">
      <span className={denied ? "who stop" : "who"} aria-hidden="true">
        {denied ? "!" : initialsOf(name)}
      </span>
      <div className="grow">
        <h3>{denied ? words.looked.refusedWho(name) : name}</h3>
        <p className="muted">
          {look.who !== null && look.who.organisation !== name && <>{look.who.organisation}. </>}
          {denied ? words.looked.refused : words.looked.opened(look.opened)}, {why}.{" "}
          <time dateTime={new Date(look.when * 1000).toISOString()} title={formatExact(look.when)}>
            {formatWhen(look.when, now)}
          </time>
        </p>
        {proven && (
          <span className="tag good">
            <CheckIcon />
            {words.looked.proven}
          </span>
        )}
      </div>
    </li>
  );
}
