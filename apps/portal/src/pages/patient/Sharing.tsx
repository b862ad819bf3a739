import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { CheckIcon } from "../../parts/icons.tsx";
import { Writers } from "../../share/Writers.tsx";
import { Failed } from "../../parts/Failed.tsx";
import { initialsOf } from "../../parts/initialsOf.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { TakesFocus } from "../../parts/TakesFocus.tsx";
import { Waiting } from "../../parts/Waiting.tsx";
import { accessSentence } from "../../meaning/accessSentence.ts";
import { askedPermission } from "../../requests/askedPermission.ts";
import { useRequests } from "../../requests/useRequests.ts";
import { isWith } from "../../share/isWith.ts";
import { type JustStopped, openShares, withStop } from "../../share/justStopped.ts";
import { permissionOf } from "../../share/permissionOf.ts";
import { ShareAgain } from "../../share/ShareAgain.tsx";
import { StopButton } from "../../share/StopButton.tsx";
import { useIsSteady } from "../../share/useIsSteady.ts";
import { locale } from "../../timeline/useTimeline.ts";
import { meaningEn } from "../../words/meaning.en.ts";
import { formatDate, formatExact, formatList } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Share } from "../../worker/protocol.ts";

export function Sharing() {
  const words = useWords();
  usePageTitle(words.titles.sharing);
  const shares = useQuery({ queryKey: ["shares"], queryFn: async () => ask("shares") });
  const [stops, setStops] = useState<readonly JustStopped[]>([]);
  const onStopped = (one: JustStopped): void => setStops((before) => withStop(before, one));
  const last = stops.at(-1);
  const all = (shares.data ?? []).filter((share) => !stops.some((one) => isUnderWay(one, share)));
  const live = all.filter(({ state }) => state === "live");
  const unfinished = all.filter(({ state }) => state === "unfinished");
  const stopping = all.filter(({ state }) => state === "stopping");
  const requests = useRequests();
  const asked = requests.data?.requests ?? [];
  const waiting = asked.filter(({ state }) => state === "waiting");
  const declined = asked.filter(({ state }) => state === "denied");
  const unanswered = asked.filter(({ state }) => state === "expired" || state === "withdrawn");
  return (
    <div className="stack">
      <div>
        <h1>{words.sharing.title}</h1>
        <p className="lead">{words.sharing.lead}</p>
      </div>
      {last !== undefined && (
        <TakesFocus key={last.share.id}>
          <StopNotice {...last} another={openShares(all, stops).some((share) => isWith(share, last.share))} />
          <ShareAgain share={last.share} />
        </TakesFocus>
      )}
      {shares.isPending && <Waiting />}
      {shares.isError && (
        <Failed error={shares.error} reset={() => void shares.refetch()} busy={shares.isFetching} />
      )}
      {waiting.length > 0 && (
        <section className="card ask" aria-labelledby="waiting">
          <h2 id="waiting">{words.requests.waiting}</h2>
          <ul className="rows">
            {waiting.map((request) => (
              <li key={request.id} className="row">
                <div className="grow">
                  <h3>
                    <Link to="/requests/$request" params={{ request: request.id }}>
                      {request.name}
                    </Link>
                  </h3>
                  <p className="muted">{request.organisationName}</p>
                  <p>
                    {accessSentence(askedPermission(request.asked, request), "request", meaningEn, locale)}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {requests.isError && (
        <Failed error={requests.error} reset={() => void requests.refetch()} busy={requests.isFetching} />
      )}
      {requests.isSuccess && requests.data.silent.length > 0 && (
        <p className="muted">{words.requests.silent(formatList(requests.data.silent))}</p>
      )}
      {shares.isSuccess && (
        <section className="card" aria-labelledby="live">
          <header>
            <h2 id="live">{words.sharing.live}</h2>
            <Link to="/sharing/new">{words.home.share}</Link>
          </header>
          {live.length === 0 && <p className="muted">{words.sharing.none}</p>}
          <ShareRows shares={live} onStopped={onStopped} />
        </section>
      )}
      <Writers />
      {unfinished.length > 0 && (
        <section className="card" aria-labelledby="unfinished">
          <h2 id="unfinished">{words.sharing.unfinished}</h2>
          <p className="muted">{words.sharing.unfinishedHelp}</p>
          <ShareRows shares={unfinished} onStopped={onStopped} />
        </section>
      )}
      {stopping.length > 0 && (
        <section className="card" aria-labelledby="stopping">
          <h2 id="stopping">{words.sharing.stopping}</h2>
          <p className="muted">{words.sharing.stoppingHelp}</p>
          <ShareRows shares={stopping} onStopped={onStopped} />
        </section>
      )}
      <Over
        title={words.requests.endedByItself}
        rows={all.flatMap((share) => (share.state === "expired" ? [overRow(share, share.notAfter)] : []))}
      />
      <Over
        title={words.requests.stopped}
        rows={all.flatMap((share) =>
          share.state === "stopped" ? [{ ...overRow(share, share.notBefore), receipt: share.id }] : [],
        )}
      />
      <Over
        title={words.requests.declined}
        rows={declined.map((request) => overRow(request, request.answer?.time ?? request.time))}
      />
      <Over
        title={words.requests.unanswered}
        rows={unanswered.map((request) => ({
          ...overRow(request, request.time),
          more: words.requests.outcome[request.state],
        }))}
      />
      <p className="tools">
        <Link to="/sharing/code">{words.requests.codeLink}</Link>
      </p>
    </div>
  );
}

/** It is said above the lists, and there is nothing to press. */
function isUnderWay({ share: { consents }, stopped }: JustStopped, share: Share): boolean {
  const isLeft = stopped.rest === "wallet" || stopped.rest === "later";
  return !isLeft && share.state !== "stopped" && share.consents.some((consent) => consents.includes(consent));
}

interface OverRow {
  readonly id: string;
  readonly name: string;
  readonly organisationName: string;
  readonly day: number;
  readonly more?: string;
  /** Id of the stopped share of which there is a receipt. */
  readonly receipt?: string;
}

function overRow(
  {
    id,
    organisationName,
    ...who
  }: { readonly id: string; readonly organisationName: string } & (
    { readonly name: string } | { readonly granteeName: string }
  ),
  day: number,
): OverRow {
  return { id, organisationName, day, name: "name" in who ? who.name : who.granteeName };
}

/** What is over in one way; nothing when there is none of it. */
function Over({ title, rows }: { readonly title: string; readonly rows: readonly OverRow[] }) {
  if (rows.length === 0) return null;
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      <ul className="rows">
        {rows.map(({ id, name, organisationName, day, more, receipt }) => (
          <li key={id} className="row">
            <div className="grow">
              <h3>{name}</h3>
              <p className="muted">
                {organisationName}, {formatDate(day)}
                {more !== undefined && `: ${more}`}
              </p>
            </div>
            {receipt !== undefined && <ReceiptLink share={receipt} name={name} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ReceiptLink({ share, name }: { readonly share: string; readonly name: string }) {
  const words = useWords();
  return (
    <Link to="/sharing/stopped/$share" params={{ share }} aria-label={words.receipt.linkWho(name)}>
      {words.receipt.link}
    </Link>
  );
}

/** Shares that can be stopped. */
function ShareRows({
  shares,
  onStopped,
}: {
  readonly shares: readonly Share[];
  readonly onStopped: (stopped: JustStopped) => void;
}) {
  const isSteady = useIsSteady(shares);
  return (
    <ul className="rows">
      {shares.map((share) => (
        <LiveShare
          key={share.id}
          share={share}
          isSteady={isSteady}
          onStopped={(stopped) => onStopped({ share, stopped })}
        />
      ))}
    </ul>
  );
}

function LiveShare({ share, ...stop }: Parameters<typeof StopButton>[0]) {
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
        <StopButton share={share} {...stop} />
      </div>
    </li>
  );
}

/** Who signed that nothing opens any more, and since when; said as soon as it is so, and then what became of the rest. */
function StopNotice({
  share,
  stopped,
  another,
}: JustStopped & {
  /** Something else is shared with the same one, which this did not stop. */
  readonly another: boolean;
}) {
  const name = share.granteeName;
  const words = useWords();
  const { acknowledged, silent, inForceAt, rest } = stopped;
  return (
    // What is new is read alone when more becomes known.
    <div className="notice good" role="status" aria-atomic="false">
      <CheckIcon />
      <div className="grow">
        <h2>{another ? words.sharing.stoppedOne(name) : words.sharing.stoppedTitle(name)}</h2>
        <p>
          {words.sharing.stoppedBy(formatList(acknowledged.map((custodian) => custodian.name)))}{" "}
          {words.sharing.stoppedAt(formatExact(inForceAt))}
        </p>
        {silent.length > 0 && <p>{words.sharing.silent(formatList(silent))}</p>}
        {rest === "nothing" ? (
          <ReceiptLink share={share.id} name={name} />
        ) : (
          <p>{words.sharing.rest[rest]}</p>
        )}
      </div>
    </div>
  );
}
