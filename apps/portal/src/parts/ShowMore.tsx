import { Button } from "@mantine/core";
import { useWords } from "../words/useWords.tsx";

/** How many of a list are shown, and the next ones; nothing when all are. */
export function ShowMore({
  shown,
  of,
  more,
}: {
  readonly shown: number;
  readonly of: number;
  readonly more: () => void;
}) {
  const words = useWords();
  if (of <= shown) return null;
  return (
    <div className="tools">
      <p className="muted" role="status">
        {words.shownOf(shown, of)}
      </p>
      <Button variant="outline" onClick={more}>
        {words.showMore}
      </Button>
    </div>
  );
}
