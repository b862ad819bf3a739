import { useEffect } from "react";
import { useNoticeCount } from "../looks/useLooks.ts";
import { useWords } from "../words/useWords.tsx";

/** The browser's tab and a screen reader say where one is, and how much needs a look. Never a name or a value: titles are kept in histories. */
export function usePageTitle(title: string): void {
  const { app } = useWords();
  const notices = useNoticeCount();
  useEffect(() => {
    document.title = `${notices > 0 ? `(${notices}) ` : ""}${title} · ${app}`;
  }, [title, app, notices]);
}
