import { useQuery } from "@tanstack/react-query";
import { CheckIcon } from "../parts/icons.tsx";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { Written } from "../worker/protocol/writing.ts";

/** Milliseconds between two looks how far it is, and for how many of them. */
const LOOK_EVERY = 1500;
const MOST_LOOKS = 40;

/** Where what was just written is: at the node that took it at once, then at the homes, then on the ledger. */
export function Settled({ written }: { readonly written: Written }) {
  const said = useWords().writing.doctor;
  const { at, items } = written;
  const records = items.map(({ record }) => record);
  const state = useQuery({
    queryKey: ["settled", at.id, ...records],
    queryFn: async () => ask("settled", { at: at.id, records }),
    refetchInterval: (query) =>
      query.state.data?.anchored === true || query.state.dataUpdateCount >= MOST_LOOKS ? false : LOOK_EVERY,
  });
  const { stored = false, anchored = false } = state.data ?? {};
  return (
    <p className="notice good" role="status">
      <CheckIcon />
      <span>
        {said.filed(at.name)} {stored ? said.stored : said.spreading} {anchored ? said.anchored : ""}
      </span>
    </p>
  );
}
