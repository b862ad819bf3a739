import { useCallback, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import type { Entry } from "../meaning/entry.ts";

/** What is on the paper: all that the page lists, or one entry of it. */
export type OnPaper = "all" | Entry;

export interface PaperState {
  /** `null` while nothing is printed. */
  readonly what: OnPaper | null;
  readonly print: (what: OnPaper) => void;
}

/**
 * Makes a page of its own for the printer, since lists have only what is in sight in the page: for the button, and for whoever prints by the browser's menu.
 * Pictures are there before it is printed.
 */
export function usePaper(): PaperState {
  const [what, setWhat] = useState<OnPaper | null>(null);
  useEffect(() => {
    // What was asked for stays: browsers tell of it before or after `print` returns.
    const before = (): void => flushSync(() => setWhat((asked) => asked ?? "all"));
    const after = (): void => setWhat(null);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  const print = useCallback((wanted: OnPaper) => {
    flushSync(() => setWhat(wanted));
    const pictures = [...document.querySelectorAll<HTMLImageElement>(".paper img")];
    void Promise.allSettled(pictures.map(async (picture) => picture.decode())).then(() => window.print());
  }, []);
  return { what, print };
}
