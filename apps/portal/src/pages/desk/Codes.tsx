import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Failed } from "../../parts/Failed.tsx";
import { QrCode } from "../../parts/QrCode.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Codes for a reception desk: a patient opens one with their phone and shares with whom it names. */
export function Codes() {
  const words = useWords();
  usePageTitle(words.desk.titles.codes);
  const targets = useQuery({ queryKey: ["share-targets"], queryFn: async () => ask("shareTargets") });
  return (
    <div className="stack">
      <div>
        <h1>{words.desk.codes.title}</h1>
        <p className="lead no-print">{words.desk.codes.lead}</p>
      </div>
      {targets.isPending && <Waiting />}
      {targets.isError && (
        <Failed error={targets.error} reset={() => void targets.refetch()} busy={targets.isFetching} />
      )}
      {targets.data?.map(({ id, name }) => (
        <section key={id} className="card" aria-label={name}>
          <h2>{name}</h2>
          <QrCode
            text={`${globalThis.location.origin}/sharing/new?with=${id}`}
            label={words.desk.codes.qr(name)}
          />
        </section>
      ))}
      {targets.data !== undefined && (
        <div className="tools no-print">
          <Button variant="outline" onClick={() => window.print()}>
            {words.desk.codes.print}
          </Button>
        </div>
      )}
    </div>
  );
}
