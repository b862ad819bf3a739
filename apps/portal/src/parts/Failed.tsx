import { AnamnesisError } from "@anamnesis/core/errors";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useWords } from "../words/useWords.tsx";
import { AlertIcon } from "./icons.tsx";

interface FailedProps {
  readonly error: unknown;
  readonly reset?: () => void;
  /** It is being tried: pressed now, the answer of what was begun before would come back. */
  readonly busy?: boolean;
}

/** What went wrong, in the words of who refused: the rule, and what to do next. */
export function Failed({ error, reset, busy = false }: FailedProps) {
  const words = useWords();
  const said = error instanceof AnamnesisError ? error : null;
  const over = said?.code === "not-signed-in" || said?.code === "locked";
  return (
    <div className="notice stop" role="alert">
      <AlertIcon />
      <div className="grow">
        <h2>{words.error.title}</h2>
        <p>
          {over ? words.error.sessionOver : said === null ? words.error.notFound : `${said.rule} ${said.fix}`}
        </p>
        <div className="tools">
          {reset !== undefined && !over && (
            <Button onClick={reset} loading={busy}>
              {words.tryAgain}
            </Button>
          )}
          {over && <Link to="/sign-in">{words.titles.signIn}</Link>}
        </div>
      </div>
    </div>
  );
}
