import { Button, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { formatDate } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import { QrCode } from "./QrCode.tsx";

/** A printed kit and the proof that it is on paper: its last group, typed. Nothing goes on before, since it is the second way to the keys. */
export function KitOnPaper({
  text,
  title,
  lead,
  isWrong,
  isPending,
  confirm,
  changed,
  children,
}: {
  readonly text: string;
  /** Of the page, unless it has one. */
  readonly title?: string;
  readonly lead?: ReactNode;
  /** What was typed is not the last group. */
  readonly isWrong: boolean;
  readonly isPending: boolean;
  readonly confirm: (typed: string) => void;
  readonly changed: () => void;
  readonly children?: ReactNode;
}) {
  const all = useWords();
  const words = all.keys.kit;
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    confirm(typed);
  };
  return (
    <div className="stack narrow">
      <div className="no-print">
        <h1>{title ?? words.title}</h1>
        <p className="lead">{words.lead}</p>
        {lead}
      </div>
      <Sheet text={text} />
      <div className="tools no-print">
        <Button variant="outline" onClick={() => window.print()}>
          {words.print}
        </Button>
        <span className="muted">{words.noPrinter}</span>
      </div>
      <form className="card no-print" onSubmit={submit}>
        <TextInput
          label={words.confirm}
          value={typed}
          error={isWrong ? all.enrol.wrong : null}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            changed();
          }}
        />
        <div className="tools">
          <Button type="submit" loading={isPending} disabled={typed.trim() === ""}>
            {words.done}
          </Button>
        </div>
        {children}
      </form>
    </div>
  );
}

/** One page of A4: the groups with their numbers, the same as a picture, and what to do with it. */
function Sheet({ text }: { readonly text: string }) {
  const words = useWords().keys.kit;
  const [prefix, ...groups] = text.split("-");
  return (
    <section className="card kit-sheet" aria-label={words.label}>
      <h2>{words.sheet}</h2>
      <p className="muted">{words.printed(formatDate(Date.now() / 1000))}</p>
      <p className="kit-prefix" translate="no">
        {prefix}
      </p>
      <ol className="kit" translate="no">
        {groups.map((group, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- Two groups can be the same; their places are what counts.
          <li key={i}>{group}</li>
        ))}
      </ol>
      <div className="kit-foot">
        <QrCode text={text} label={words.code} />
        <div>
          <ul>
            {words.keep.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <p>{words.how(self.location.host)}</p>
        </div>
      </div>
    </section>
  );
}
