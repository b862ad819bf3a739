import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { GrantingPatient } from "../worker/protocol.ts";
import { LISTS, type ListName } from "./lists.ts";
import { listState, type Opened } from "./listState.ts";
import { sayListState } from "./sayListState.ts";

/** What a doctor can do about what is missing from a list; a preview does nothing. */
export interface ListActions {
  readonly ask: (list: ListName) => void;
  readonly again: () => void;
  readonly busy: boolean;
}

export interface ListGapProps {
  readonly list: ListName;
  readonly title: string;
  readonly isEmpty: boolean;
  readonly shares: GrantingPatient["shares"];
  /** `null`: more is being opened. */
  readonly opened: Opened | null;
  readonly actions?: ListActions | undefined;
}

/** Why a list has no rows, or may have others, and what to do about it, in its place. */
export function ListGap({ list, title, isEmpty, shares, opened, actions }: ListGapProps) {
  const words = useWords();
  const state = listState(LISTS[list].types, shares, opened);
  const said = sayListState(state, isEmpty, words, meaningEn, locale);
  if (said === null) return null;
  const isAskable =
    state.state === "withheld" || (state.state === "shared" && (state.part || state.periods.length > 0));
  return (
    <div>
      <p className="muted">{said}</p>
      {actions !== undefined && isAskable && (
        <button
          type="button"
          className="link"
          aria-label={words.chart.askFor(title)}
          onClick={() => actions.ask(list)}
        >
          {words.chart.ask}
        </button>
      )}
      {actions !== undefined && state.state === "failed" && (
        <button
          type="button"
          className="link"
          aria-label={words.chart.tryAgainFor(title)}
          disabled={actions.busy}
          onClick={actions.again}
        >
          {words.tryAgain}
        </button>
      )}
    </div>
  );
}
