import { Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { Draft } from "../worker/protocol/writing.ts";
import { unitOf } from "./drafts.ts";
import { findProblems } from "./findProblems.ts";

/** The fields of one form; the first has the focus when it opens. */
export function FormFields({
  draft,
  change,
}: {
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
}) {
  const { fields: said } = useWords().writing.doctor;
  const set = (name: string, value: string): void =>
    change({ ...draft, fields: { ...draft.fields, [name]: value } });
  const text = (
    name: string,
    label: string,
    more: { readonly first?: boolean; readonly required?: boolean } = {},
  ) => (
    <TextInput
      label={label}
      value={draft.fields[name] ?? ""}
      onChange={(event) => set(name, event.currentTarget.value)}
      required={more.required === true}
      data-autofocus={more.first === true ? true : undefined}
      autoComplete="off"
    />
  );
  const long = (name: string, label: string, rows: number, first = false) => (
    <Textarea
      label={label}
      value={draft.fields[name] ?? ""}
      onChange={(event) => set(name, event.currentTarget.value)}
      rows={rows}
      required={first}
      data-autofocus={first ? true : undefined}
    />
  );
  switch (draft.form) {
    case "note":
      return (
        <>
          {long("text", said.text, 8, true)}
          {text("title", said.title)}
        </>
      );
    case "diagnosis":
      return (
        <>
          {text("name", said.name, { first: true, required: true })}
          <Known draft={draft} change={change} />
          <div className="pair">
            <TextInput
              type="date"
              label={said.since}
              value={draft.fields["since"] ?? ""}
              onChange={(event) => set("since", event.currentTarget.value)}
            />
            <Checkbox
              label={said.certain}
              checked={draft.fields["certain"] !== ""}
              onChange={(event) => set("certain", event.currentTarget.checked ? "yes" : "")}
            />
          </div>
          {text("comment", said.comment)}
        </>
      );
    case "prescription":
      return <Prescription draft={draft} change={change} />;
    case "order":
      return (
        <>
          {text("what", said.what, { first: true, required: true })}
          <NativeSelect
            label={said.priority}
            value={draft.fields["priority"] ?? "routine"}
            onChange={(event) => set("priority", event.currentTarget.value)}
            data={(["routine", "urgent", "asap", "stat"] as const).map((value) => ({
              value,
              label: said.priorities[value],
            }))}
          />
          {text("reason", said.reason)}
          {text("comment", said.comment)}
        </>
      );
  }
}

/** Problems of the table that fit what is typed, each with its code; whatever else is typed stays words. */
function Known({ draft, change }: { readonly draft: Draft; readonly change: (draft: Draft) => void }) {
  const { fields: said } = useWords().writing.doctor;
  const typed = draft.fields["name"]?.trim() ?? "";
  const chosen = draft.coded?.name === typed ? draft.coded : null;
  const found = findProblems(typed, meaningEn).filter(({ name }) => name !== chosen?.name);
  return (
    <div>
      <p className="muted" role="status">
        {chosen === null
          ? typed === ""
            ? said.nameHelp
            : said.uncoded
          : `SNOMED CT ${chosen.codings.map(({ code }) => code).join(", ")}`}
      </p>
      {found.length > 0 && (
        <ul className="chips" aria-label={said.known}>
          {found.map((one) => (
            <li key={one.name}>
              <button
                type="button"
                className="chip"
                onClick={() => change({ ...draft, fields: { ...draft.fields, name: one.name }, coded: one })}
              >
                {one.name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Prescription({ draft, change }: { readonly draft: Draft; readonly change: (draft: Draft) => void }) {
  const { doctor } = useWords().writing;
  const { fields: said } = doctor;
  const { fields } = draft;
  const instruct = (of: Draft["fields"]): string => {
    const number = (name: string): number | null => {
      const value = Number((of[name] ?? "").replace(",", "."));
      return (of[name] ?? "").trim() === "" || !Number.isFinite(value) ? null : value;
    };
    const dose = (of["dose"] ?? "").trim();
    const unit = (of["unit"] ?? "").trim();
    return doctor.instruct({
      dose: dose === "" ? null : dose,
      unit: unit === "" ? doctor.defaults.unit : unit,
      times: number("times"),
      unitOfTime: unitOf(of["per"] ?? "d"),
      days: number("days"),
      asNeeded: (of["asNeeded"] ?? "") !== "",
    });
  };
  const set = (name: string, value: string): void => {
    const next = { ...fields, [name]: value };
    // The words follow the figures until somebody changes the words.
    const followed = fields["instruction"] === "" || fields["instruction"] === instruct(fields);
    const instruction =
      name === "instruction" ? value : followed ? instruct(next) : (fields["instruction"] ?? "");
    change({ ...draft, fields: { ...next, instruction } });
  };
  const text = (name: string, label: string, first = false) => (
    <TextInput
      label={label}
      value={fields[name] ?? ""}
      required={first}
      data-autofocus={first ? true : undefined}
      onChange={(event) => set(name, event.currentTarget.value)}
      autoComplete="off"
    />
  );
  return (
    <>
      {text("medicine", said.medicine, true)}
      <div className="pair">
        {text("dose", said.dose)}
        <TextInput
          label={said.unit}
          value={fields["unit"] ?? ""}
          placeholder={doctor.defaults.unit}
          onChange={(event) => set("unit", event.currentTarget.value)}
        />
      </div>
      <div className="pair">
        {text("times", said.times)}
        <NativeSelect
          label={said.per}
          value={fields["per"] ?? "d"}
          onChange={(event) => set("per", event.currentTarget.value)}
          data={(["h", "d", "wk"] as const).map((value) => ({ value, label: said.periods[value] }))}
        />
      </div>
      <div className="pair">
        {text("days", said.days)}
        <Checkbox
          label={said.asNeeded}
          checked={fields["asNeeded"] !== ""}
          onChange={(event) => set("asNeeded", event.currentTarget.checked ? "yes" : "")}
        />
      </div>
      {text("instruction", said.instruction)}
      {text("reason", said.reason)}
    </>
  );
}
