import { createContext, type ReactNode, useContext } from "react";
import { en } from "./en.ts";

/** All that the pages say. Another language is another catalogue of this form. */
export type Words = typeof en;

const WordsContext = createContext<Words>(en);

export function WordsProvider({ words, children }: { readonly words: Words; readonly children: ReactNode }) {
  return <WordsContext value={words}>{children}</WordsContext>;
}

export function useWords(): Words {
  return useContext(WordsContext);
}
