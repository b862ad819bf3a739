import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { Failed } from "../../parts/Failed.tsx";
import { QrCode } from "../../parts/QrCode.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { formatWhen } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { DeskPerson } from "../../worker/protocol/desk.ts";

/** A one-time code for one person, to be shown or printed. Its secret stands behind the `#`: browsers send that to nobody. */
export function CodeSheet({
  person,
  done,
}: {
  readonly person: Pick<DeskPerson, "patient" | "given" | "family">;
  readonly done: () => void;
}) {
  const words = useWords();
  const make = useMutation({
    mutationFn: async () => ask("claimCode", { patient: person.patient }),
  });
  const makeOnce = useOnce(make);
  useEffect(() => makeOnce(), [makeOnce]);
  const name = `${person.given} ${person.family}`.trim();
  const link = `${globalThis.location.origin}/claim`;
  return (
    <div className="stack">
      <div>
        <h1>{words.desk.code.title(name)}</h1>
        <p className="lead no-print">{words.desk.code.help}</p>
      </div>
      <section className="card" aria-label={words.desk.code.title(name)}>
        {make.isPending && <Waiting label={words.desk.desk.saving} />}
        {make.isError && <Failed error={make.error} reset={() => makeOnce()} />}
        {make.data !== undefined && (
          <>
            <QrCode text={`${link}#${make.data.code}`} label={words.desk.code.qr} />
            <p>{link}</p>
            <p className="code" translate="no">
              {make.data.code}
            </p>
            <p className="muted">
              {words.desk.code.until(formatWhen(make.data.expiresAt, Date.now() / 1000))}
            </p>
          </>
        )}
        <div className="tools no-print">
          {make.data !== undefined && (
            <Button variant="outline" onClick={() => window.print()}>
              {words.desk.code.print}
            </Button>
          )}
          <Button variant="subtle" onClick={done}>
            {words.desk.code.done}
          </Button>
        </div>
      </section>
    </div>
  );
}
