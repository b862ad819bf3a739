import { Button, Textarea } from "@mantine/core";

interface DeclineFormProps {
  readonly words: {
    readonly reason: string;
    readonly reasonHelp: string;
    readonly send: string;
    readonly keep: string;
  };
  readonly reason: string;
  /** Characters. */
  readonly most: number;
  readonly change: (reason: string) => void;
  readonly busy: boolean;
  readonly send: () => void;
  readonly close: () => void;
}

/** Why something is declined. Ctrl and Enter sends; Escape closes and keeps what was typed. */
export function DeclineForm({ words, reason, most, change, busy, send, close }: DeclineFormProps) {
  const empty = reason.trim() === "";
  return (
    <div className="stack">
      <Textarea
        label={words.reason}
        description={words.reasonHelp}
        value={reason}
        maxLength={most}
        autosize
        minRows={2}
        // oxlint-disable-next-line jsx_a11y/no-autofocus -- it was asked for with a key or a button
        autoFocus
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || empty || busy) return;
          event.preventDefault();
          send();
        }}
      />
      <div className="tools">
        <Button loading={busy} disabled={empty} onClick={send}>
          {words.send}
        </Button>
        <Button variant="subtle" disabled={busy} onClick={close}>
          {words.keep}
        </Button>
      </div>
    </div>
  );
}
