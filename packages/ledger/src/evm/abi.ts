import { consentsAbi } from "./generated/consents.ts";
import { consortiumAbi } from "./generated/consortium.ts";
import { directoryAbi } from "./generated/directory.ts";
import { ownersAbi } from "./generated/owners.ts";
import { receiptsAbi } from "./generated/receipts.ts";
import { recordsAbi } from "./generated/records.ts";
import { relayAbi } from "./generated/relay.ts";

type Item = { readonly type: string };
type Only<T extends Item, Kind extends string> = Extract<T, { readonly type: Kind }>;

function only<const T extends Item, Kind extends T["type"]>(
  items: readonly T[],
  kind: Kind,
): readonly Only<T, Kind>[] {
  return items.filter((item): item is Only<T, Kind> => item.type === kind);
}

/** Every event of the ledger's contracts. */
export const eventsAbi = only(
  [...consortiumAbi, ...directoryAbi, ...consentsAbi, ...recordsAbi, ...receiptsAbi, ...ownersAbi],
  "event",
);

/** Every error that an intent can fail with. */
export const errorsAbi = only(
  [
    ...consortiumAbi,
    ...directoryAbi,
    ...consentsAbi,
    ...recordsAbi,
    ...receiptsAbi,
    ...ownersAbi,
    ...relayAbi,
  ],
  "error",
);
