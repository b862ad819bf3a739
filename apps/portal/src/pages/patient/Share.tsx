import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { Failed } from "../../parts/Failed.tsx";
import { initialsOf } from "../../parts/initialsOf.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { AREA_NAMES, type Area, typesOf } from "../../share/areas.ts";
import { shareSentence } from "../../share/shareSentence.ts";
import { useRecords } from "../../records/useRecords.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Grantee, NewShare } from "../../worker/protocol.ts";

const DAY = 86_400;
const FROM = { all: null, five: 5 * 365, year: 365 } as const;
const UNTIL = { visit: 1, half: 182, year: 365 } as const;
const PURPOSES = ["TREAT", "PATRQT", "HRESCH", "HPAYMT"] as const;
const SENSITIVE = SEGMENT_KINDS.filter((kind) => kind !== "general");

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
  const [areas, setAreas] = useState<ReadonlySet<Area>>(new Set(["laboratory", "medicines"] as const));
  const [everything, setEverything] = useState(false);
  const [sensitive, setSensitive] = useState<ReadonlySet<SegmentKind>>(new Set());
  const [from, setFrom] = useState<keyof typeof FROM>("all");
  const [until, setUntil] = useState<keyof typeof UNTIL>("half");
  const [purpose, setPurpose] = useState<NewShare["purpose"]>("TREAT");
  const [now] = useState(() => Math.floor(Date.now() / 1000));
  const days = FROM[from];
  const wish: NewShare = {
    grantee: grantee.id,
    kinds: SEGMENT_KINDS.filter((kind) => kind === "general" || sensitive.has(kind)),
    resourceTypes: typesOf(areas, everything),
    purpose,
    dataFrom: days === null ? null : Math.floor(now / DAY) - days,
    notAfter: now + UNTIL[until] * DAY,
  };
  const sign = useMutation({
    mutationFn: async () => ask("share", wish),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["shares"] });
      await navigate({ to: "/sharing" });
    },
  });
  const empty = !everything && areas.size === 0;
  const { name, organisationName } = grantee;
  const sentence = shareSentence(words, {
    ...wish,
    granteeName: name,
    organisationName,
    purposes: [purpose],
  });
  return (
    <>
      <h1>{words.share.choose(name)}</h1>
      <p className="muted lead">{organisationName}</p>
      <div className="columns">
        <div className="stack">
          <section className="card">
            <Boxes
              title={words.share.what(name)}
              items={[...AREA_NAMES, "everything" as const].map((area) => ({
                key: area,
                label: words.areas[area],
                checked: everything || (area !== "everything" && areas.has(area)),
                toggle: () => {
                  if (area === "everything") setEverything(!everything);
                  else {
                    setEverything(false);
                    setAreas(toggled(everything ? new Set(AREA_NAMES) : areas, area));
                  }
                },
              }))}
            />
            <Boxes
              title={words.share.sensitive}
              help={words.share.sensitiveHelp}
              items={SENSITIVE.map((kind) => ({
                key: kind,
                label: words.kinds[kind],
                checked: sensitive.has(kind),
                toggle: () => setSensitive(toggled(sensitive, kind)),
              }))}
            />
          </section>
          <section className="card">
            <h2>{words.share.when}</h2>
            <Radios legend={words.share.from.all} values={words.share.from} value={from} choose={setFrom} />
            <Radios
              legend={words.share.until.half}
              values={words.share.until}
              value={until}
              choose={setUntil}
            />
            <Radios
              legend={words.share.purpose.TREAT}
              values={words.share.purpose}
              value={purpose}
              choose={(value) => setPurpose(PURPOSES.find((known) => known === value) ?? "TREAT")}
            />
          </section>
        </div>
        <aside className="stack">
          <section className="card sticky" aria-labelledby="permits">
            <h2 id="permits">{words.share.permits}</h2>
            <p className="sentence" aria-live="polite">
              {empty ? words.share.chooseSomething : sentence}
            </p>
            <Button fullWidth loading={sign.isPending} disabled={empty} onClick={() => sign.mutate()}>
              {words.share.sign}
            </Button>
            {sign.isPending && <Waiting label={words.share.signing} />}
            {sign.isError && <Failed error={sign.error} reset={() => sign.mutate()} />}
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
  const kinds = new Set<string>(wish.kinds);
  const fits = (records.data?.items ?? []).filter(({ kind, resource }) => {
    const type = resource?.["resourceType"];
    const typed = wish.resourceTypes.includes("*") || wish.resourceTypes.includes(String(type));
    return kinds.has(kind) && typed;
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
      <legend className="visually-hidden">{legend}</legend>
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

function keysOf<Key extends string>(values: Readonly<Record<Key, string>>): readonly Key[] {
  return Object.keys(values) as Key[];
}
