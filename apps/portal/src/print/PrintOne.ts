import { createContext, useContext } from "react";
import type { Entry } from "../meaning/entry.ts";

const PrintOneContext = createContext<((entry: Entry) => void) | null>(null);

export const PrintOneProvider = PrintOneContext.Provider;

/** Prints one entry; `null` where nothing is printed, such as in a preview. */
export function usePrintOne(): ((entry: Entry) => void) | null {
  return useContext(PrintOneContext);
}
