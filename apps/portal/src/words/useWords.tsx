import { DirectionProvider } from "@mantine/core";
import { createContext, type ReactNode, useContext, useLayoutEffect } from "react";
import { en } from "./en.ts";

/** All that the pages say. Another language is another catalogue of this form. */
export type Words = typeof en;

const WordsContext = createContext<Words>(en);

/** The page is in the language of its words, and runs in their direction. */
export function WordsProvider({ words, children }: { readonly words: Words; readonly children: ReactNode }) {
  const { language, direction } = words;
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
  }, [language, direction]);
  return (
    <DirectionProvider initialDirection={direction} detectDirection={false}>
      <WordsContext value={words}>{children}</WordsContext>
    </DirectionProvider>
  );
}

export function useWords(): Words {
  return useContext(WordsContext);
}
