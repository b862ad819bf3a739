import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { MEASUREMENTS, type MeasurementKind } from "@anamnesis/fhir/write/measurement";
import { sniffType } from "@anamnesis/fhir/write/sniffType";
import { MOST_UPLOAD } from "@anamnesis/fhir/write/upload";
import { sayBytes } from "../meaning/sayBytes.ts";
import { AlertIcon, CheckIcon } from "../parts/icons.tsx";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { locale } from "../timeline/useTimeline.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { OwnWriting } from "@anamnesis/fhir/write/writing";
import type { About, Written } from "../worker/protocol/writing.ts";
import { addTo } from "../writing/WritingPanel.tsx";

/** Sends what a patient writes once, and shows it with what was opened. */
export function useOwn(about: About, done: (written: Written) => void) {
  const queries = useQueryClient();
  const own = useMutation({
    mutationFn: async (what: { readonly draft: string; readonly writing: OwnWriting }) =>
      ask("writeOwn", { ...what, about, amending: null }),
    onSuccess: (written) => {
      addTo(queries, ["records"], written.items);
      done(written);
    },
  });
  return { own, once: useOnce(own) };
}

export function Kept({ written }: { readonly written: Written }) {
  const { own } = useWords().writing;
  return (
    <div className="notice good" role="status">
      <CheckIcon />
      <div className="grow">
        <p>{own.kept(written.at.name)}</p>
        <Link to="/records">{own.seeIt}</Link>
      </div>
    </div>
  );
}

/** `YYYY-MM-DDTHH:MM` of the reader's own clock, as the browser's field takes it. */
function localNow(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const KINDS = Object.keys(MEASUREMENTS) as MeasurementKind[];

export function OwnMeasurement({ about }: { readonly about: About }) {
  const { own: said } = useWords().writing;
  const [draft, setDraft] = useState(() => crypto.randomUUID());
  const [kind, setKind] = useState<MeasurementKind>("bloodPressure");
  const [values, setValues] = useState<readonly string[]>(["", ""]);
  const [measured, setMeasured] = useState(localNow);
  const [comment, setComment] = useState("");
  const [kept, setKept] = useState<Written | null>(null);
  const { own, once } = useOwn(about, (written) => {
    setKept(written);
    setDraft(crypto.randomUUID());
    setValues(["", ""]);
    setComment("");
  });
  const labels: readonly string[] = said.values[kind];
  const submit = (): void => {
    const numbers = labels.map((_, i) => {
      const text = (values[i] ?? "").trim().replace(",", ".");
      return text === "" ? Number.NaN : Number(text);
    });
    const at = new Date(measured);
    const when = Number.isNaN(at.getTime()) ? "" : at.toISOString();
    once({ draft, writing: { form: "measurement", kind, values: numbers, measured: when, comment } });
  };
  return (
    <section className="card" aria-labelledby="measure">
      <h2 id="measure">{said.measure}</h2>
      <form
        className="stack narrow"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <NativeSelect
          label={said.kind}
          value={kind}
          onChange={(event) => {
            setKind(KINDS.find((one) => one === event.currentTarget.value) ?? "bloodPressure");
            setValues(["", ""]);
          }}
          data={KINDS.map((value) => ({ value, label: said.kinds[value] }))}
        />
        <div className="pair">
          {labels.map((label, i) => (
            <TextInput
              key={label}
              label={label}
              inputMode="decimal"
              autoComplete="off"
              value={values[i] ?? ""}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setValues(labels.map((_, at) => (at === i ? value : (values[at] ?? ""))));
              }}
              required
            />
          ))}
        </div>
        <TextInput
          type="datetime-local"
          label={said.measured}
          value={measured}
          onChange={(event) => setMeasured(event.currentTarget.value)}
        />
        <TextInput
          label={said.comment}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {own.isError && <NotKept error={own.error} />}
        <div>
          <Button type="submit" loading={own.isPending}>
            {said.keep}
          </Button>
        </div>
        {kept !== null && <Kept written={kept} />}
      </form>
    </section>
  );
}

export function OwnUpload({ about }: { readonly about: About }) {
  const { own: said } = useWords().writing;
  const [draft, setDraft] = useState(() => crypto.randomUUID());
  const [file, setFile] = useState<{ readonly name: string; readonly bytes: Uint8Array } | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [title, setTitle] = useState("");
  const [field, setField] = useState(0);
  const [kept, setKept] = useState<Written | null>(null);
  const { own, once } = useOwn(about, (written) => {
    setKept(written);
    setDraft(crypto.randomUUID());
    setFile(null);
    setTitle("");
    setField(field + 1);
  });
  const choose = async (chosen: File | undefined): Promise<void> => {
    setKept(null);
    setDraft(crypto.randomUUID());
    setFile(null);
    setWrong(null);
    if (chosen === undefined) return;
    if (chosen.size > MOST_UPLOAD) {
      setWrong(said.tooLarge(sayBytes(chosen.size, locale), most));
      return;
    }
    try {
      setFile({ name: chosen.name, bytes: new Uint8Array(await chosen.arrayBuffer()) });
    } catch {
      // It was moved or changed since it was chosen.
      setWrong(said.unreadable);
    }
  };
  const most = sayBytes(MOST_UPLOAD, locale);
  const active = file !== null && sniffType(file.bytes).active;
  return (
    <section className="card" aria-labelledby="file">
      <h2 id="file">{said.file}</h2>
      <form
        className="stack narrow"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (file === null) return;
          once({ draft, writing: { form: "upload", title, fileName: file.name, bytes: file.bytes } });
        }}
      >
        <div>
          <label htmlFor="chosen">{said.choose}</label>
          <input
            key={field}
            id="chosen"
            type="file"
            className="file"
            aria-describedby="most"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
          <p id="most" className="muted">
            {said.most(most)}
          </p>
        </div>
        <TextInput
          label={said.fileTitle}
          value={title}
          placeholder={file?.name ?? ""}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        {wrong !== null && (
          <p className="notice stop" role="alert">
            <AlertIcon />
            <span>{wrong}</span>
          </p>
        )}
        {active && (
          <p className="notice wait" role="status">
            <AlertIcon />
            <span>{said.active}</span>
          </p>
        )}
        {own.isError && <NotKept error={own.error} />}
        <div>
          <Button type="submit" variant="outline" disabled={file === null} loading={own.isPending}>
            {said.keepFile}
          </Button>
        </div>
        {kept !== null && <Kept written={kept} />}
      </form>
    </section>
  );
}

export function NotKept({ error }: { readonly error: unknown }) {
  const { own } = useWords().writing;
  return (
    <div>
      <p role="status">
        <b>{own.failed}</b>
      </p>
      <Failed error={error} />
    </div>
  );
}
