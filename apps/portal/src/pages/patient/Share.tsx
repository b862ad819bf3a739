import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { initialsOf } from "../../parts/initialsOf.ts";
import { Missing } from "../../parts/Missing.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { ShowMore } from "../../parts/ShowMore.tsx";
import { useFirst } from "../../parts/useFirst.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { Preview, PreviewChart } from "../../share/Preview.tsx";
import { SignBar } from "../../share/SignBar.tsx";
import { ShareSentence, SignedSentences } from "../../share/SignedSentences.tsx";
import { TermsForm } from "../../share/TermsForm.tsx";
import { isWith } from "../../share/isWith.ts";
import { startAgain } from "../../share/startAgain.ts";
import { usePreview } from "../../share/usePreview.ts";
import { type TermsStart, useTerms } from "../../share/useTerms.ts";
import { formatDate, formatDay } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Directory, Grantee, Share } from "../../worker/protocol.ts";

const START: TermsStart = {
  areas: new Set(["laboratory", "medicines"] as const),
  everything: false,
  purpose: "TREAT",
};

/** Two steps on one address: with whom, then what, for how long and why. */
export function SharePage() {
  const words = useWords();
  usePageTitle(words.titles.share);
  const { with: chosen, again } = useSearch({ from: "/inside/sharing/new" });
  const directory = useQuery({ queryKey: ["directory"], queryFn: async () => ask("directory") });
  const shares = useQuery({
    queryKey: ["shares"],
    queryFn: async () => ask("shares"),
    enabled: again !== undefined,
  });
  const before = shares.data?.find(({ id }) => id === again);
  const same = (directory.data?.grantees ?? []).filter(
    ({ name, organisationName }) =>
      before !== undefined && isWith({ granteeName: name, organisationName }, before),
  );
  // Two of one name at one place are told apart by the patient alone.
  const grantee =
    directory.data?.grantees.find(({ id }) => id === chosen) ?? (same.length === 1 ? same[0] : undefined);
  const isReady = directory.isSuccess && (again === undefined || !shares.isPending);
  return (
    <>
      <p>
        <Link to="/sharing">{words.back(words.titles.sharing)}</Link>
      </p>
      {!isReady && !directory.isError && <Waiting />}
      {directory.isError && (
        <Failed error={directory.error} reset={() => void directory.refetch()} busy={directory.isFetching} />
      )}
      {isReady && grantee === undefined && (
        <Choose
          directory={directory.data}
          again={before}
          reload={() => void directory.refetch()}
          busy={directory.isFetching}
        />
      )}
      {isReady && grantee !== undefined && (
        <Terms
          grantee={grantee}
          start={before === undefined ? null : startAgain(before, Date.now() / 1000)}
        />
      )}
    </>
  );
}

interface ChooseProps {
  readonly directory: Directory;
  /** The share whose choices are taken again. */
  readonly again: Share | undefined;
  readonly reload: () => void;
  readonly busy: boolean;
}

/** How many are shown at first, and how many more each time. */
const STEP = 50;

function Choose({ directory, again, reload, busy }: ChooseProps) {
  const words = useWords();
  const [text, setText] = useState(again?.granteeName ?? "");
  const wanted = text.trim().toLocaleLowerCase();
  const { grantees, silent } = directory;
  const gaps = silent.length === 0 ? [] : [{ kind: "general", code: "homes-unreachable", silent } as const];
  const found = grantees.filter(({ name, organisationName }) =>
    `${name} ${organisationName}`.toLocaleLowerCase().includes(wanted),
  );
  const listed = useFirst(found, STEP, STEP);
  return (
    <div className="stack">
      <h1>{words.share.who}</h1>
      <Missing gaps={gaps} refused={0} again={reload} busy={busy} />
      <section className="card">
        <TextInput
          type="search"
          label={words.share.search}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            listed.fewer();
          }}
        />
        {found.length === 0 && <p className="muted">{words.share.nobody}</p>}
        <ul className="rows">
          {listed.shown.map((grantee) => (
            <li key={grantee.id} className="row">
              <span className="who" aria-hidden="true">
                {initialsOf(grantee.name)}
              </span>
              <div className="grow">
                <h3>
                  <Link
                    to="/sharing/new"
                    search={{ with: grantee.id, ...(again === undefined ? {} : { again: again.id }) }}
                    aria-label={words.share.choose(grantee.name)}
                  >
                    {grantee.name}
                  </Link>
                </h3>
                <p className="muted">
                  {grantee.role === "practitioner"
                    ? `${words.share.doctor}, ${grantee.organisationName}`
                    : words.share.organisation}
                </p>
              </div>
            </li>
          ))}
        </ul>
        <ShowMore of={listed} what={words.share.who} />
      </section>
    </div>
  );
}

function Terms({ grantee, start }: { readonly grantee: Grantee; readonly start: TermsStart | null }) {
  const words = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { terms, change, wish } = useTerms(start ?? START);
  const before = start?.asked;
  const preview = usePreview(wish);
  const sign = useMutation({
    mutationFn: async () => ask("share", { ...wish, grantee: grantee.id }),
    onSuccess: async () => {
      await askAgain(queries, "shares");
      await navigate({ to: "/sharing" });
    },
  });
  const signOnce = useOnce(sign);
  const empty = wish.parts.length === 0;
  const { name, organisationName } = grantee;
  return (
    <>
      <h1>{words.share.choose(name)}</h1>
      <p className="muted lead">{organisationName}</p>
      <div className="columns">
        <div className="stack">
          <TermsForm
            what={words.share.what(name)}
            sensitiveHelp={words.share.sensitiveHelp}
            terms={terms}
            change={change}
            {...(before === undefined
              ? {}
              : {
                  asked: {
                    from:
                      before.dataFrom === null ? null : words.share.asBeforeFrom(formatDay(before.dataFrom)),
                    until: words.share.asBeforeUntil(formatDate(before.notAfter - 1)),
                  },
                })}
          />
          <SignBar share={wish} grantee={grantee} card="permits" />
        </div>
        <aside className="stack">
          <section className="card sticky" aria-labelledby="permits">
            <h2 id="permits" tabIndex={-1}>
              {words.share.permits}
            </h2>
            <ShareSentence share={wish} grantee={grantee} />
            <Button fullWidth loading={sign.isPending} disabled={empty} onClick={() => signOnce()}>
              {words.share.sign}
            </Button>
            {sign.isPending && <Waiting label={words.share.signing} />}
            {sign.isError && <Failed error={sign.error} reset={() => signOnce()} />}
            <p className="muted lead">{words.share.afterwards}</p>
            <SignedSentences share={wish} grantee={grantee} />
          </section>
          <Preview preview={preview} name={name} />
        </aside>
      </div>
      <PreviewChart preview={preview} name={name} wish={wish} />
    </>
  );
}
