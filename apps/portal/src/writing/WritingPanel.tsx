import { Button, NativeSelect, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { AnamnesisError } from "@anamnesis/core/errors";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { OpenedItem, OpenedRecords } from "../worker/protocol.ts";
import type { About, Draft, Writable, Written } from "../worker/protocol/writing.ts";
import { type Form, isEmpty, newDraft, writingOf } from "./drafts.ts";
import { FormFields } from "./FormFields.tsx";
import { FORM_KEYS, useFormKeys } from "./useFormKeys.ts";
import { keepAllDrafts, sitting, useDrafts } from "./useDrafts.ts";
import { Settled } from "./Settled.tsx";

const FORMS = Object.keys(FORM_KEYS) as Form[];

/** Writing beside reading: four forms, each behind one letter. What is filed is on the chart at once. */
export function WritingPanel({
  patient,
  name,
  consents,
  about,
  writable,
  correcting,
  corrected,
}: {
  /** Under which drafts are kept. */
  readonly patient: string;
  readonly name: string | null;
  readonly consents: readonly string[];
  readonly about: About;
  readonly writable: Writable;
  /** A record that is to be corrected, as a draft. */
  readonly correcting: Draft | null;
  readonly corrected: () => void;
}) {
  const words = useWords();
  const said = words.writing.doctor;
  const { drafts, isKept, keep, drop } = useDrafts(patient);
  const [open, setOpen] = useState<Form | null>(null);
  const [filed, setFiled] = useState<Written | null>(null);
  const draft = open === null ? undefined : drafts[open];
  const before = useRef<Element | null>(null);
  const panel = useRef<HTMLFormElement>(null);
  const begin = useCallback(
    (form: Form): void => {
      before.current ??= document.activeElement;
      setFiled(null);
      // Its id is the draft's for good: what is sent again is the same one.
      const { note: title, unit } = said.defaults;
      if (drafts[form] === undefined)
        keep(newDraft(form, form === "note" ? { title } : form === "prescription" ? { unit } : {}));
      setOpen(form);
    },
    [drafts, keep, said],
  );
  useFormKeys(writable.kinds.length > 0, begin);
  useEffect(() => {
    if (correcting === null) return;
    keep(correcting);
    before.current ??= document.activeElement;
    setFiled(null);
    setOpen(correcting.form);
    corrected();
  }, [correcting, keep, corrected]);
  useEffect(() => {
    if (open !== null) panel.current?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
  }, [open, draft?.id]);
  const close = (): void => {
    setOpen(null);
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
    before.current = null;
  };
  return (
    <section className="card writing" aria-label={said.title}>
      <h2>{said.title}</h2>
      <div className="tools">
        {FORMS.map((form) => (
          <Button
            key={form}
            variant="outline"
            size="compact-md"
            aria-expanded={open === form}
            onClick={() => begin(form)}
          >
            {said.forms[form]}
            <kbd aria-hidden="true">{FORM_KEYS[form]}</kbd>
            {drafts[form] !== undefined && open !== form && (
              <span className="tag wait">{isKept ? said.draftKept : said.draft}</span>
            )}
          </Button>
        ))}
      </div>
      <p className="muted">{said.keys}</p>
      {draft !== undefined && (
        <OneForm
          key={draft.id}
          formRef={panel}
          draft={draft}
          change={keep}
          name={name}
          consents={consents}
          about={about}
          writable={writable}
          close={(draft) => {
            if (isEmpty(draft)) drop(draft.form);
            close();
          }}
          filed={(written, draft) => {
            drop(draft.form);
            setFiled(written);
            close();
          }}
        />
      )}
      {filed !== null && <Settled written={filed} />}
    </section>
  );
}

function OneForm({
  formRef,
  draft,
  change,
  name,
  consents,
  about,
  writable,
  close,
  filed,
}: {
  readonly formRef: React.RefObject<HTMLFormElement | null>;
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
  readonly name: string | null;
  readonly consents: readonly string[];
  readonly about: About;
  readonly writable: Writable;
  readonly close: (draft: Draft) => void;
  readonly filed: (written: Written, draft: Draft) => void;
}) {
  const words = useWords();
  const said = words.writing.doctor;
  const queries = useQueryClient();
  const [kept, setKept] = useState(draft);
  const set = (next: Draft): void => {
    setKept(next);
    change(next);
  };
  const file = useMutation({
    mutationFn: async (of: Draft) => {
      // First that it was sent, then the sending: whatever happens between, nobody signs it twice unawares.
      set({ ...of, sentIn: sitting() });
      await keepAllDrafts();
      return ask("write", {
        consents,
        draft: of.id,
        about,
        writing: writingOf(of),
        stricter: of.stricter,
        amending: of.amending === null ? null : { ...of.amending, reason: of.fields["why"] ?? "" },
      });
    },
    onSuccess: (written, of) => {
      addTo(queries, ["chart"], written.items);
      filed(written, of);
    },
  });
  const once = useOnce(file);
  const press = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      once(kept);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close(kept);
    }
  };
  const areas = SEGMENT_KINDS.filter((kind) => kind !== "general" && writable.kinds.includes(kind));
  const fits = file.error instanceof AnamnesisError && file.error.code === "bad-writing";
  return (
    // The keys belong to the whole form, wherever in it the focus is.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={formRef}
      className="stack"
      aria-label={said.forms[kept.form]}
      onKeyDown={press}
      onSubmit={(event) => {
        event.preventDefault();
        once(kept);
      }}
      noValidate
    >
      <p>
        <b>{name === null ? said.anonymous : said.about(name)}</b>{" "}
        <span className="muted">{said.as(writable.organisationName)}</span>
      </p>
      {kept.sentIn !== null && kept.sentIn !== sitting() && (
        <p className="notice" role="status">
          {said.sentBefore}
        </p>
      )}
      {kept.amending !== null && (
        <>
          <p>{said.correcting}</p>
          <Textarea
            label={said.reason}
            value={kept.fields["why"] ?? ""}
            onChange={(event) => set({ ...kept, fields: { ...kept.fields, why: event.currentTarget.value } })}
            rows={2}
            required
          />
        </>
      )}
      <FormFields draft={kept} change={set} />
      {areas.length > 0 && kept.amending === null && (
        <NativeSelect
          label={said.area}
          description={said.areaHelp}
          value={kept.stricter ?? ""}
          onChange={(event) => set({ ...kept, stricter: areaOf(event.currentTarget.value) })}
          data={[
            { value: "", label: said.areaOwn },
            ...areas.map((value) => ({ value, label: words.kinds[value] })),
          ]}
        />
      )}
      {file.isError && (
        <div>
          <p role="status">
            <b>{said.failed}</b> {fits && String((file.error as AnamnesisError).meta["field"])}
          </p>
          <Failed error={file.error} />
        </div>
      )}
      <div className="tools">
        <Button type="submit" loading={file.isPending}>
          {said.sign}
        </Button>
        <span className="muted">
          <kbd>{said.signKeys}</kbd>
        </span>
        <Button variant="subtle" disabled={file.isPending} onClick={() => close(kept)}>
          {said.close}
        </Button>
      </div>
    </form>
  );
}

function areaOf(value: string): SegmentKind | null {
  return SEGMENT_KINDS.find((kind) => kind === value) ?? null;
}

/** What was written stands with what was opened, in every list that is at hand. */
export function addTo(
  queries: ReturnType<typeof useQueryClient>,
  queryKey: readonly string[],
  items: readonly OpenedItem[],
): void {
  queries.setQueriesData<OpenedRecords>({ queryKey }, (data) =>
    data === undefined ? data : { ...data, items: [...data.items, ...items] },
  );
}

/** Where the own organisation may write, looked up once for a chart. */
export function useWritable(consents: readonly string[]) {
  return useQuery({
    queryKey: ["writable", ...consents],
    queryFn: async () => ask("writable", { consents }),
    enabled: consents.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
