import { Progress } from "@mantine/core";
import { useWords } from "../words/useWords.tsx";
import { Waiting } from "./Waiting.tsx";

/** The layout stands still while records open; how far it is, is said. */
export function Opening({
  progress,
}: {
  readonly progress: { readonly done: number; readonly of: number } | null;
}) {
  const words = useWords();
  if (progress === null || progress.of === 0) return <Waiting />;
  const { done, of } = progress;
  return (
    <div role="status">
      <p className="muted">{words.opening(done, of)}</p>
      <Progress value={(100 * done) / of} aria-label={words.opening(done, of)} />
    </div>
  );
}
