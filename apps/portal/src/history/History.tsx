import { useQuery } from "@tanstack/react-query";
import { useConfig } from "../app/useConfig.ts";
import { SaidNoList } from "../cosign/SaidNoList.tsx";
import { StandLine } from "../cosign/StandLine.tsx";
import { useCosigned } from "../cosign/useCosigned.ts";
import { formatDay, formatExact, formatList } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import type { Standing } from "../worker/protocol/writing.ts";
import { reasonsOf } from "./reasonsOf.ts";

/** Every version of what an entry tells: when, by whom, why, who co-signed, what became of it, and what was checked. */
export function History({
  versions,
  items,
  staff,
}: {
  /** Newest first. */
  readonly versions: readonly { readonly item: OpenedItem; readonly current: boolean }[];
  /** All that was opened: the reasons are records of their own. */
  readonly items: readonly OpenedItem[];
  readonly staff: boolean;
}) {
  const said = useWords().writing.history;
  const { data: config } = useConfig();
  const records = versions.map(({ item }) => item.record);
  const standings = useQuery({
    queryKey: ["standings", ...records],
    queryFn: async () => ask("standings", { records }),
    enabled: records.length > 0,
  });
  const known = new Map((standings.data ?? []).map((standing) => [standing.record, standing]));
  const reasonOf = reasonsOf(items);
  return (
    <section aria-label={said.title}>
      <h4>{said.title}</h4>
      <ol className="rows">
        {versions.map(({ item, current }) => (
          <Version
            key={item.record}
            item={item}
            current={current}
            reason={reasonOf(item)}
            standing={known.get(item.record) ?? null}
            items={items}
            node={config?.name ?? ""}
            staff={staff}
          />
        ))}
      </ol>
      {standings.isSuccess && <p className="muted">{said.ledger(config?.name ?? "")}</p>}
    </section>
  );
}

function Version({
  item,
  current,
  reason,
  standing,
  items,
  node,
  staff,
}: {
  readonly item: OpenedItem;
  readonly current: boolean;
  readonly reason: string | null;
  readonly standing: Standing | null;
  readonly items: readonly OpenedItem[];
  /** Name of the organisation whose node this is. */
  readonly node: string;
  readonly staff: boolean;
}) {
  const words = useWords();
  const said = words.writing.history;
  const { author, byOwner, organisationName, day, proof } = item;
  const who = byOwner
    ? staff
      ? words.writing.own.patientWrote
      : words.writing.own.wrote
    : author === null
      ? organisationName
      : said.by(author, organisationName);
  const cosigned = useCosigned(items);
  const [cosigning] = cosigned.of([item.record]);
  return (
    <li className="row">
      <div className="grow">
        <p>
          <b>{current ? said.current : said.before}</b> {who}, {said.sealed(formatDay(day))}
        </p>
        {reason !== null && <p>{said.why(reason)}</p>}
        <StandLine own={[item]} items={items} />
        {cosigning !== undefined && <SaidNoList declined={cosigning.declined} />}
        {cosigning !== undefined && (
          <p className="muted">
            {words.cosign.checked(node)}{" "}
            {cosigned.silent.length > 0 && words.cosign.silent(formatList(cosigned.silent))}{" "}
            {cosigned.unchecked > 0 && words.cosign.unchecked(cosigned.unchecked)}
          </p>
        )}
        {standing?.retracted === true && <p className="tag stop">{said.retracted}</p>}
        {standing?.erased === true && <p className="tag stop">{said.erased}</p>}
        {standing !== null && standing.anchoredAt === null && <p className="tag wait">{said.waiting}</p>}
        {proof === null ? (
          <p className="muted">{said.unchecked}</p>
        ) : (
          <details>
            <summary>
              <span className="tag good">{said.checked}</span> {words.records.proof}
            </summary>
            <p className="muted">{said.checkedHow}</p>
            <dl className="terms">
              <dt>{said.terms.record}</dt>
              <dd>{item.record}</dd>
              <dt>{said.terms.author}</dt>
              <dd>{byOwner ? said.owner : proof.author}</dd>
              <dt>{said.terms.signed}</dt>
              <dd>{proof.label}</dd>
              <dt>{said.terms.batch}</dt>
              <dd>{said.batch(proof.sequence, proof.index, proof.size)}</dd>
              {standing !== null && standing.anchoredAt !== null && (
                <>
                  <dt>{said.terms.anchored}</dt>
                  <dd>{formatExact(standing.anchoredAt)}</dd>
                </>
              )}
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}
