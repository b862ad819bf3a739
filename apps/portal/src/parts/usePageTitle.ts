import { useEffect } from "react";
import { useWords } from "../words/useWords.tsx";

/** The browser's tab and a screen reader say where one is. Never a name or a value: titles are kept in histories. */
export function usePageTitle(title: string): void {
  const { app } = useWords();
  useEffect(() => {
    document.title = `${title} · ${app}`;
  }, [title, app]);
}
