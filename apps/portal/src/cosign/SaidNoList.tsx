import { formatDate } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import type { SaidNo } from "../worker/protocol/cosign.ts";

/** Who declined, when and why; signatures were checked before. */
export function SaidNoList({ declined }: { readonly declined: readonly SaidNo[] }) {
  const said = useWords().cosign;
  return declined.map(({ organisation, person, time, reason }) => (
    <div key={`${organisation} ${time}`}>
      <p>
        <span className="tag stop">{said.tag.declined}</span>{" "}
        {said.saidNo(person === null ? organisation : said.person(person, organisation), formatDate(time))}
      </p>
      <p className={reason === null ? "muted" : "reason"}>
        {reason === null ? said.sealed : said.because(reason)}
      </p>
    </div>
  ));
}
