import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Failed } from "../parts/Failed.tsx";
import { CheckIcon } from "../parts/icons.tsx";
import { saveFile } from "../records/saveFile.ts";
import { isWith } from "../share/isWith.ts";
import { useStopShare } from "../share/useStopShare.ts";
import { formatExact, formatWhen } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { Stopped } from "../worker/protocol.ts";
import type { Look, LookNotice } from "../worker/protocol/looks.ts";
import { useKnowNotice } from "./useKnowNotice.ts";
import { useLooks } from "./useLooks.ts";

/** First, unusual and refused looks, above all else, and what one can do about each; not there when none waits. */
export function Notices() {
  const words = useWords();
  const { data } = useLooks();
  const [stopped, setStopped] = useState<JustStopped | null>(null);
  const notices = data?.notices ?? [];
  const looks = new Map((data?.looks ?? []).map((look) => [look.id, look]));
  if (notices.length === 0 && stopped === null) return null;
  return (
    <section className="card ask" aria-labelledby="notices">
      <h2 id="notices">{words.looks.notices.title}</h2>
      {stopped !== null && (
        <p className="notice good" role="status" aria-atomic="false">
          <CheckIcon />
          <span>
            {words.looks.notices.stopped(stopped.name)}{" "}
            {stopped.rest !== "nothing" && words.sharing.rest[stopped.rest]}
          </span>
        </p>
      )}
      <ul className="rows">
        {notices.map((notice) => {
          const look = looks.get(notice.look);
          return (
            look !== undefined && (
              <NoticeRow key={notice.ids[0]} notice={notice} look={look} onStopped={setStopped} />
            )
          );
        })}
      </ul>
    </section>
  );
}

interface JustStopped {
  readonly name: string;
  readonly rest: Stopped["rest"];
}

function NoticeRow({
  notice,
  look,
  onStopped,
}: {
  readonly notice: LookNotice;
  readonly look: Look;
  readonly onStopped: (stopped: JustStopped) => void;
}) {
  const words = useWords();
  const said = words.looks.notices;
  const [asking, setAsking] = useState(false);
  const know = useKnowNotice();
  const shares = useQuery({ queryKey: ["shares"], queryFn: async () => ask("shares") });
  const name = look.who?.name ?? words.looked.you;
  const organisation = look.who?.organisation ?? name;
  const live = (shares.data ?? []).filter(({ state }) => state === "live");
  const used = live.find((share) => look.clauses.some(({ consent }) => share.consents.includes(consent)));
  // Whoever stops sharing with somebody means all of it, not only what opened this time.
  const all = live.filter((share) => used !== undefined && isWith(share, used));
  const consents = all.flatMap((share) => share.consents);
  const stop = useStopShare(({ rest }) => {
    onStopped({ name, rest });
    if (rest !== "under-way") know.mutate(notice);
  });
  return (
    <li className="row">
      <div className="grow">
        <h3>{name}</h3>
        <p className="muted">
          {organisation !== name && `${organisation}, `}
          {formatWhen(look.when, Math.floor(Date.now() / 1000))}
          {notice.ids.length > 1 && `, ${said.tried(notice.ids.length)}`}
        </p>
        {notice.rules.map((rule) => (
          <p key={rule}>
            {said.rules[rule]} {rule === "refused" && <Why look={look} />}
          </p>
        ))}
        <div className="tools">
          <Link to="/looked" search={{ look: look.id }} aria-label={said.seeWho(name)}>
            {said.see}
          </Link>
          {consents.length > 0 && (
            <Button
              variant="outline"
              aria-label={said.stopWho(name)}
              loading={stop.isPending}
              onClick={() => stop.stopOnce({ consents })}
            >
              {said.stop}
            </Button>
          )}
          <Button
            variant="subtle"
            aria-label={said.askWho(name)}
            aria-expanded={asking}
            onClick={() => setAsking(!asking)}
          >
            {said.ask}
          </Button>
          <Button
            variant="subtle"
            aria-label={said.knowWho(name)}
            loading={know.isPending}
            onClick={() => know.mutate(notice)}
          >
            {said.know}
          </Button>
        </div>
        {asking && <Letter look={look} />}
        {stop.isError && <Failed error={stop.error} reset={() => stop.stopOnce({ consents })} />}
        {know.isError && <Failed error={know.error} />}
      </div>
    </li>
  );
}

function Why({ look: { codes } }: { readonly look: Look }) {
  const { why } = useWords().looks;
  const because: Readonly<Record<string, string>> = why;
  return [...new Set(codes.map((code) => because[code] ?? why.other))].map((reason) => (
    <span key={reason}>{sentence(reason)} </span>
  ));
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** A question to the organisation, to give or send to it: what was done, and under what its audit log has it. */
function Letter({ look }: { readonly look: Look }) {
  const words = useWords();
  const said = words.looks.notices;
  const { released, requests, who, when } = look;
  const text = said.letter({
    organisation: who?.organisation ?? "",
    name: who?.name ?? "",
    when: formatExact(when),
    did: released.length > 0 ? said.opened(released.length) : said.wasRefused,
    request: requests[0]?.request ?? "",
  });
  return (
    <div className="stack">
      <p className="muted">{said.letterHelp}</p>
      <pre className="text">{text}</pre>
      <div>
        <Button variant="outline" onClick={() => saveFile(text, said.file)}>
          {said.save}
        </Button>
      </div>
    </div>
  );
}
