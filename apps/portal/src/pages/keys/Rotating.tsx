import { Button, Progress as ProgressBar } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useNoteWho } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { CheckIcon } from "../../parts/icons.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { formatList } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Progress, Who } from "../../worker/protocol.ts";
import type { RotationOutcome } from "../../worker/protocol/keys.ts";

/** A change of keys that was begun goes on by itself, and says what became of it. */
export function Rotating() {
  const all = useWords();
  const words = all.keys.rotation;
  usePageTitle(all.keys.titles.rotation);
  const note = useNoteWho();
  const [progress, setProgress] = useState<Progress | null>(null);
  const rotation = useQuery({
    queryKey: ["finish-rotation"],
    queryFn: async () => ask("finishRotation", undefined, setProgress),
    gcTime: 0,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data } = rotation;
  useEffect(() => {
    // Of a recovery the new kit comes next.
    if (data !== undefined && (data.who.due !== null || data.outcome === null)) note(data.who);
  }, [data, note]);
  if (data !== undefined && data.who.due === null && data.outcome !== null) {
    return <Done who={data.who} outcome={data.outcome} />;
  }
  return (
    <div className="stack narrow">
      <div>
        <h1>{words.title}</h1>
        <p className="lead">{words.lead}</p>
      </div>
      <section className="card" aria-label={words.title}>
        <Waiting
          label={
            progress === null || progress.done === 0 ? words.begin : words.parts(progress.done, progress.of)
          }
        />
        {progress !== null && (
          <ProgressBar value={(100 * progress.done) / progress.of} aria-label={words.title} />
        )}
        {rotation.isError && (
          <Failed error={rotation.error} reset={() => void rotation.refetch()} busy={rotation.isFetching} />
        )}
      </section>
    </div>
  );
}

function Done({ who, outcome }: { readonly who: Who; readonly outcome: RotationOutcome }) {
  const words = useWords().keys;
  const note = useNoteWho();
  const named = (took: boolean): readonly string[] =>
    outcome.organisations.filter((one) => one.took === took).map(({ name }) => name);
  const { why } = outcome;
  const [title, help] = {
    recovery: [words.rotation.doneKit, words.rotation.doneKitHelp],
    kit: [words.rotation.doneKit, words.rotation.doneKitHelp],
    theft: [words.rotation.doneTheft, words.rotation.doneTheftHelp],
    wallet: [words.rotation.doneWallet, words.rotation.doneWalletHelp],
    device: [words.rotation.doneDevice, words.rotation.doneDeviceHelp],
  }[why];
  return (
    <div className="stack narrow">
      <h1>{title}</h1>
      <div className="notice good" role="status">
        <CheckIcon />
        <div className="grow">
          <p>{help}</p>
          <p>{words.rotation.took(formatList(named(true)))}</p>
          {named(false).length > 0 && <p>{words.rotation.tookNot(formatList(named(false)))}</p>}
          {outcome.later.length > 0 && <p>{words.rotation.later(formatList(outcome.later))}</p>}
        </div>
      </div>
      {why === "theft" && <p>{words.rotation.addAgain}</p>}
      <div className="tools">
        <Button component={Link} to="/" onClick={() => note(who)}>
          {words.rotation.goOn}
        </Button>
      </div>
    </div>
  );
}
