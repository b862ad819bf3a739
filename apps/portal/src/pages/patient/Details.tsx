import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { PersonalDetails } from "@anamnesis/fhir/write/personalDetails";
import { askAgain } from "../../app/askAgain.ts";
import { AskToCorrect } from "../../corrections/AskToCorrect.tsx";
import { textOf } from "../../meaning/readElement.ts";
import { NotKept } from "../../own/AddOwn.tsx";
import { detailsOf, patientItems } from "../../own/detailsOf.ts";
import { ownDetails } from "../../own/ownDetails.ts";
import { useOwnDetails } from "../../own/useOwnDetails.ts";
import { CheckIcon, ClockIcon } from "../../parts/icons.tsx";
import { Failed } from "../../parts/Failed.tsx";
import { OnTheirWay } from "../../parts/OnTheirWay.tsx";
import { Opening } from "../../parts/Opening.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { lateRecords, RECORDS, useRecords } from "../../records/useRecords.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { OpenedItem } from "../../worker/protocol.ts";
import type { MissingRecord } from "../../worker/protocol/writing.ts";
import { aboutOf } from "../../writing/aboutOf.ts";
import { useSettled } from "../../writing/useSettled.ts";
import { addTo } from "../../writing/WritingPanel.tsx";

/** What a person says about themselves, beside what organisations have. */
export function Details() {
  const words = useWords();
  const { titles, details } = words.writing;
  usePageTitle(titles.details);
  const records = useRecords();
  const known = useOwnDetails(records.data?.items);
  return (
    <div className="stack">
      <div>
        <p>
          <Link to="/records">{words.back(words.pages.records)}</Link>
        </p>
        <h1>{titles.details}</h1>
        <p className="lead">{details.lead}</p>
      </div>
      {records.isPending && <Opening progress={records.progress} />}
      {records.isError && (
        <Failed error={records.error} reset={() => void records.refetch()} busy={records.isFetching} />
      )}
      {records.isSuccess && known !== null && (
        <>
          <OnTheirWay
            queryKey={RECORDS}
            late={records.data.late.filter((record) => !known.sent.includes(record))}
            look={lateRecords}
          />
          <DetailsForm items={known.items} missing={known.missing} />
          <AskToCorrect items={known.items} own={patientItems(known.items, true)[0] ?? null} />
        </>
      )}
    </div>
  );
}

/** Whether what was written here did not come to the ledger yet. What was opened stands there. */
function useOnItsWay(own: OpenedItem | null): boolean {
  const written = own?.proof === null ? own : null;
  const { anchored } = useSettled(written?.organisation ?? "", written === null ? [] : [written.record]);
  return written !== null && !anchored;
}

const FIELDS = [
  ["given", "given-name"],
  ["family", "family-name"],
  ["birthDate", "bday"],
  ["line", "street-address"],
  ["postalCode", "postal-code"],
  ["city", "address-level2"],
  ["country", "country-name"],
  ["phone", "tel"],
  ["email", "email"],
  ["language", "language"],
] as const satisfies readonly (readonly [keyof PersonalDetails, string])[];

function stillDifferent(edited: Partial<PersonalDetails>, saved: PersonalDetails): Partial<PersonalDetails> {
  const left = FIELDS.flatMap(([name]) => {
    const value = edited[name];
    return value === undefined || value === saved[name] ? [] : [[name, value] as const];
  });
  return Object.fromEntries(left);
}

function DetailsForm({
  items,
  missing,
}: {
  readonly items: readonly OpenedItem[];
  readonly missing: readonly MissingRecord[];
}) {
  const { details: said } = useWords().writing;
  const queries = useQueryClient();
  const { newest: own, amended, state } = ownDetails(items, missing);
  const theirs = patientItems(items, false)[0] ?? null;
  const tried = useRef<{ readonly draft: string; readonly text: string } | null>(null);
  const [edited, setEdited] = useState<Partial<PersonalDetails>>({});
  const values: PersonalDetails = { ...detailsOf((own ?? theirs)?.resource ?? null), ...edited };
  const isOnItsWay = useOnItsWay(own);
  const owner = useQuery({ queryKey: ["wallet-owner"], queryFn: async () => ask("walletOwner"), gcTime: 0 });
  const walletOwns = owner.data !== undefined && owner.data !== null;
  const isPrivate = owner.data === null && own !== null && own.kind !== "general";
  const save = useMutation({
    mutationFn: async (details: PersonalDetails) => {
      // The same is sent again as it was; what was changed meanwhile is another writing, also when the answer to the first was lost.
      const text = JSON.stringify(details);
      const draft = tried.current?.text === text ? tried.current.draft : crypto.randomUUID();
      tried.current = { draft, text };
      return ask("writeOwn", {
        draft,
        about: aboutOf(items.filter(({ byOwner }) => !byOwner)),
        writing: { form: "details", details },
        amending:
          amended === null
            ? null
            : {
                record: amended.record,
                kind: amended.kind,
                id: textOf(amended.resource, "id") ?? draft,
                organisation: amended.organisation,
                reason: said.reason,
              },
      });
    },
    onSuccess: (written, saved) => {
      tried.current = null;
      addTo(queries, ["records"], written.items);
      // What was typed since stays.
      setEdited((now) => stillDifferent(now, saved));
    },
    // Another tab may have written too.
    onSettled: async () => askAgain(queries, "sent-details"),
  });
  const once = useOnce(save);
  const before = theirs === null ? null : detailsOf(theirs.resource);
  return (
    <section className="card">
      <form
        className="stack narrow"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          once(values);
        }}
      >
        {walletOwns && (
          <div className="notice calm">
            <div className="grow">
              <p>{said.walletOwns}</p>
              <Link to="/wallet">{said.wallet}</Link>
            </div>
          </div>
        )}
        {isPrivate && <p className="notice calm">{said.stillPrivate}</p>}
        {isOnItsWay && own !== null && (
          <p className={state === "there" ? "notice calm" : "notice wait"} role="status">
            <ClockIcon />
            <span>{state === "there" ? said.onItsWay : said[state](own.organisationName)}</span>
          </p>
        )}
        {FIELDS.map(([name, complete]) => (
          <TextInput
            key={name}
            label={said[name]}
            type={
              name === "birthDate" ? "date" : name === "email" ? "email" : name === "phone" ? "tel" : "text"
            }
            autoComplete={complete}
            value={values[name]}
            onChange={(event) => setEdited({ ...edited, [name]: event.currentTarget.value })}
            {...(before !== null && before[name] !== "" && before[name] !== values[name]
              ? { description: `${said.theirs}: ${before[name]}` }
              : {})}
          />
        ))}
        {save.isError && <NotKept error={save.error} />}
        <div>
          <Button type="submit" loading={save.isPending} disabled={owner.isPending}>
            {said.save}
          </Button>
        </div>
        {save.isSuccess && (
          <p className="notice good" role="status">
            <CheckIcon />
            <span>{said.saved(save.data.at.name)}</span>
          </p>
        )}
      </form>
    </section>
  );
}
