import { Progress } from "@mantine/core";
import { useWords } from "../words/useWords.tsx";
import { Waiting } from "./Waiting.tsx";

interface OpeningProps {
  readonly progress: { readonly done: number; readonly of: number } | null;
  /** Some of them are on the page already. */
  readonly isShown?: boolean;
}

/** The layout stands still while records open; how far it is, is said. */
export function Opening({ progress, isShown = false }: OpeningProps) {
  const words = useWords();
  if (progress === null || progress.of === 0) return <Waiting />;
  const { done, of } = progress;
  return (
    <div role="status">
      {isShown && (
        <p>
          <b>{words.stillOpening}</b>
        </p>
      )}
      <p className="muted">{words.opening(done, of)}</p>
      <Progress value={(100 * done) / of} aria-label={words.opening(done, of)} />
    </div>
  );
}
