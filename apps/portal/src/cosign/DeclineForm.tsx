import { Button, Textarea } from "@mantine/core";
import { MAX_DECLINE_REASON } from "@anamnesis/core/record/decline";
import { useWords } from "../words/useWords.tsx";

/** Why it is declined. Ctrl and Enter sends; Escape closes and keeps what was typed. */
export function DeclineForm({
  reason,
  change,
  busy,
  send,
  close,
}: {
  readonly reason: string;
  readonly change: (reason: string) => void;
  readonly busy: boolean;
  readonly send: () => void;
  readonly close: () => void;
}) {
  const said = useWords().cosign;
  const empty = reason.trim() === "";
  return (
    <div className="stack">
      <Textarea
        label={said.reason}
        description={said.reasonHelp}
        value={reason}
        maxLength={MAX_DECLINE_REASON}
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
          {said.send}
        </Button>
        <Button variant="subtle" disabled={busy} onClick={close}>
          {said.keep}
        </Button>
      </div>
    </div>
  );
}
