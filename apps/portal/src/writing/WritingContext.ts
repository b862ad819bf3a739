import { createContext, useContext } from "react";
import type { OpenedItem } from "../worker/protocol.ts";

export interface Correcting {
  /** Whether the own organisation wrote it and may write its next version. */
  readonly may: (item: OpenedItem) => boolean;
  readonly begin: (item: OpenedItem) => void;
}

const Context = createContext<Correcting | null>(null);
export const CorrectingProvider = Context.Provider;

/** `null` where nothing is corrected: on a patient's pages. */
export function useCorrecting(): Correcting | null {
  return useContext(Context);
}
