import { CheckIcon } from "../parts/icons.tsx";
import { useWords } from "../words/useWords.tsx";
import type { Written } from "../worker/protocol/writing.ts";
import { useSettled } from "./useSettled.ts";

/** Where what was just written is: at the node that took it at once, then at the homes, then on the ledger. */
export function Settled({ written }: { readonly written: Written }) {
  const said = useWords().writing.doctor;
  const { at, items } = written;
  const { stored, anchored } = useSettled(
    at.id,
    items.map(({ record }) => record),
  );
  return (
    <p className="notice good" role="status">
      <CheckIcon />
      <span>
        {said.filed(at.name)} {stored ? said.stored : said.spreading} {anchored ? said.anchored : ""}
      </span>
    </p>
  );
}
