import { formatCount } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import type { First } from "./useFirst.ts";

/** How much of a list is shown, and the button to more of it. It stays where it was pressed: at the end it folds the list again. */
export function ShowMore({
  of: { shown, total, next, isLong, more, fewer },
  what,
}: {
  readonly of: First<unknown>;
  /** Of which list, for who hears the button alone. */
  readonly what: string;
}) {
  const { lists } = useWords();
  if (next === 0 && !isLong) return null;
  const isLast = shown.length + next === total;
  const label =
    next === 0
      ? lists.showFewer
      : isLast
        ? lists.showAll(formatCount(total))
        : lists.showMore(formatCount(next));
  return (
    <p className="more">
      {!isLast && next > 0 && (
        <span className="muted">{lists.shown(formatCount(shown.length), formatCount(total))} </span>
      )}
      <button type="button" className="link" aria-expanded={isLong} onClick={next === 0 ? fewer : more}>
        {label}
        <span className="visually-hidden">: {what}</span>
      </button>
    </p>
  );
}
