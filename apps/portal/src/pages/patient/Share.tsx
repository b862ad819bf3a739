import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useId, useState } from "react";
import { Failed } from "../../parts/Failed.tsx";
import { initialsOf } from "../../parts/initialsOf.ts";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { DATA_KINDS, type DataKind, SENSITIVE_AREAS } from "../../meaning/areas.ts";
import { consentSentence } from "../../meaning/consentSentence.ts";
import type { SensitiveKind } from "../../meaning/entry.ts";
import { permissionOf } from "../../share/permissionOf.ts";
import { partsOf } from "../../share/partsOf.ts";
import { locale } from "../../timeline/useTimeline.ts";
import { meaningEn } from "../../words/meaning.en.ts";
import { useRecords } from "../../records/useRecords.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Grantee, NewShare } from "../../worker/protocol.ts";

const DAY = 86_400;
const FROM = { all: null, five: 5 * 365, year: 365 } as const;
const UNTIL = { visit: 1, half: 182, year: 365 } as const;

/** Two steps on one address: with whom, then what, for how long and why. */
export function SharePage() {
  const words = useWords();
  usePageTitle(words.titles.share);
  const { with: chosen } = useSearch({ from: "/inside/sharing/new" });
  const directory = useQuery({ queryKey: ["directory"], queryFn: async () => ask("directory") });
  const grantee = directory.data?.find(({ id }) => id === chosen);
  return (
    <>
      <p>
        <Link to="/sharing">{words.back(words.titles.sharing)}</Link>
      </p>
      {directory.isPending && <Waiting />}
      {directory.isError && <Failed error={directory.error} reset={() => void directory.refetch()} />}
      {directory.isSuccess && grantee === undefined && <Choose directory={directory.data} />}
      {grantee !== undefined && <Terms grantee={grantee} />}
    </>
  );
}

function Choose({ directory }: { readonly directory: readonly Grantee[] }) {
  const words = useWords();
  const [text, setText] = useState("");
  const wanted = text.trim().toLocaleLowerCase();
  const found = directory.filter(({ name, organisationName }) =>
    `${name} ${organisationName}`.toLocaleLowerCase().includes(wanted),
  );
  return (
    <div className="stack">
      <h1>{words.share.who}</h1>
      <section className="card">
        <TextInput
          type="search"
          label={words.share.search}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {found.length === 0 && <p className="muted">{words.share.nobody}</p>}
        <ul className="rows">
          {found.slice(0, 50).map((grantee) => (
            <li key={grantee.id} className="row">
              <span className="who" aria-hidden="true">
                {initialsOf(grantee.name)}
              </span>
              <div className="grow">
                <h3>
                  <Link
                    to="/sharing/new"
                    search={{ with: grantee.id }}
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
      </section>
    </div>
  );
}

function Terms({ grantee }: { readonly grantee: Grantee }) {
  const words = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [areas, setAreas] = useState<ReadonlySet<DataKind>>(new Set(["laboratory", "medicines"] as const));
  const [everything, setEverything] = useState(false);
  const [sensitive, setSensitive] = useState<ReadonlySet<SensitiveKind>>(new Set());
  const [from, setFrom] = useState<keyof typeof FROM>("all");
  const [until, setUntil] = useState<keyof typeof UNTIL>("half");
  const [purpose, setPurpose] = useState<NewShare["purpose"]>("TREAT");
  const [now] = useState(() => Math.floor(Date.now() / 1000));
  const days = FROM[from];
  const parts = partsOf(areas, everything, sensitive);
  const wish: NewShare = {
    grantee: grantee.id,
    parts,
    purpose,
    dataFrom: days === null ? null : Math.floor(now / DAY) - days,
    notAfter: endOfDay(now + UNTIL[until] * DAY),
  };
  const sign = useMutation({
    mutationFn: async () => ask("share", wish),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["shares"] });
      await navigate({ to: "/sharing" });
    },
  });
  const signOnce = useOnce(sign);
  const empty = parts.length === 0;
  const { name, organisationName } = grantee;
  const terms = { ...wish, granteeName: name, organisationName, purposes: [purpose], dataTo: null };
  const sentence = empty
    ? words.share.chooseSomething
    : consentSentence(permissionOf(terms), meaningEn, locale);
  return (
    <>
      <h1>{words.share.choose(name)}</h1>
      <p className="muted lead">{organisationName}</p>
      <div className="columns">
        <div className="stack">
          <section className="card">
            <Boxes
              title={words.share.what(name)}
              items={([...DATA_KINDS, "everything"] as const).map((area) => ({
                key: area,
                label: words.areas[area],
                checked:
                  area === "everything" ? everything : areas.has(area) || (everything && area !== "own"),
                toggle: () => {
                  if (area === "everything") setEverything(!everything);
                  else {
                    setEverything(false);
                    setAreas(toggled(everything ? new Set(DATA_KINDS) : areas, area));
                  }
                },
              }))}
            />
            <Boxes
              title={words.share.sensitive}
              help={words.share.sensitiveHelp}
              items={SENSITIVE_AREAS.map((kind) => ({
                key: kind,
                label: words.kinds[kind],
                checked: sensitive.has(kind),
                toggle: () => setSensitive(toggled(sensitive, kind)),
              }))}
            />
          </section>
          <section className="card">
            <Radios legend={words.share.when} values={words.share.from} value={from} choose={setFrom} />
            <Radios legend={words.share.how} values={words.share.until} value={until} choose={setUntil} />
            <Radios
              legend={words.share.why}
              values={words.share.purpose}
              value={purpose}
              choose={setPurpose}
            />
          </section>
        </div>
        <aside className="stack">
          <section className="card sticky" aria-labelledby="permits">
            <h2 id="permits">{words.share.permits}</h2>
            <p className="sentence" aria-live="polite">
              {sentence}
            </p>
            <Button fullWidth loading={sign.isPending} disabled={empty} onClick={() => signOnce()}>
              {words.share.sign}
            </Button>
            {sign.isPending && <Waiting label={words.share.signing} />}
            {sign.isError && <Failed error={sign.error} reset={() => signOnce()} />}
            <p className="muted lead">{words.share.afterwards}</p>
          </section>
          <Preview wish={wish} name={name} />
        </aside>
      </div>
    </>
  );
}

/** What is there already of what the signature would open. */
function Preview({ wish, name }: { readonly wish: NewShare; readonly name: string }) {
  const words = useWords();
  const records = useRecords();
  const types = new Map(wish.parts.map(({ kind, resourceTypes }) => [kind, new Set(resourceTypes)]));
  const fits = (records.data?.items ?? []).filter(({ kind, resource }) => {
    const open = types.get(kind);
    return open !== undefined && (open.has("*") || open.has(String(resource?.["resourceType"])));
  });
  return (
    <section className="card" aria-labelledby="preview">
      <h2 id="preview">{words.share.preview(name)}</h2>
      {records.isPending ? <Waiting /> : <p>{words.share.previewCount(fits.length)}</p>}
    </section>
  );
}

function Boxes({
  title,
  help,
  items,
}: {
  readonly title: string;
  readonly help?: string;
  readonly items: readonly {
    readonly key: string;
    readonly label: string;
    readonly checked: boolean;
    readonly toggle: () => void;
  }[];
}) {
  const id = useId();
  return (
    <div>
      <h2 id={id}>{title}</h2>
      {help !== undefined && <p className="muted">{help}</p>}
      <div className="pick" role="group" aria-labelledby={id}>
        {items.map(({ key, label, checked, toggle }) => (
          <label key={key}>
            <input type="checkbox" checked={checked} onChange={toggle} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </div>
  );
}

function Radios<Key extends string>({
  legend,
  values,
  value,
  choose,
}: {
  readonly legend: string;
  readonly values: Readonly<Record<Key, string>>;
  readonly value: Key;
  readonly choose: (value: Key) => void;
}) {
  const name = useId();
  return (
    <fieldset className="pick">
      <legend>{legend}</legend>
      {keysOf(values).map((key) => (
        <label key={key}>
          <input type="radio" name={name} checked={key === value} onChange={() => choose(key)} />
          <span>{values[key]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

/** The end of that day where the person is, in seconds since 1970: "until 21 May" is until its midnight. */
function endOfDay(seconds: number): number {
  return new Date(seconds * 1000).setHours(24, 0, 0, 0) / 1000;
}

function keysOf<Key extends string>(values: Readonly<Record<Key, string>>): readonly Key[] {
  return Object.keys(values) as Key[];
}
