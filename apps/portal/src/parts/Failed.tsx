import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useWords } from "../words/useWords.tsx";
import type { Who } from "../worker/protocol.ts";
import { AlertIcon } from "./icons.tsx";
import { type SaidFailure, sayFailure } from "./sayFailure.ts";

interface FailedProps {
  readonly error: unknown;
  readonly reset?: () => void;
  /** It is being tried: pressed now, the answer of what was begun before would come back. */
  readonly busy?: boolean;
}

/** What went wrong in words of its own, and what to do next; the program's terms are folded away, for who is asked for help. */
export function Failed({ error, reset, busy = false }: FailedProps) {
  const words = useWords();
  // Only what is known of who is signed in: a page that failed starts no worker to find out.
  const who = useQueryClient().getQueryData<Who | null>(["who"]);
  const { text, way, support } = sayFailure(error, words, who?.kind === "staff");
  return (
    <div className="notice stop" role="alert">
      <AlertIcon />
      <div className="grow">
        <h2>{words.errors.title}</h2>
        <p>{text}</p>
        <div className="tools">
          {way === "again" && reset !== undefined && (
            <Button onClick={reset} loading={busy}>
              {words.tryAgain}
            </Button>
          )}
          {way === "reload" && (
            <Button onClick={() => globalThis.location.reload()}>{words.errors.reload}</Button>
          )}
          {way === "sign-in" && <Link to="/sign-in">{words.titles.signIn}</Link>}
        </div>
        {support !== null && <Support {...support} />}
      </div>
    </div>
  );
}

/** Not in the page before it is opened: what is read aloud or searched there is in words that everybody knows. */
function Support({ code, rule }: NonNullable<SaidFailure["support"]>) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.errors.details}</summary>
      {open && (
        <>
          <p className="code">{words.errors.code(code)}</p>
          {rule !== null && <p>{rule}</p>}
        </>
      )}
    </details>
  );
}
