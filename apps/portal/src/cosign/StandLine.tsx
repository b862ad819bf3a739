import { useMemo } from "react";
import { timelineOf } from "../meaning/timelineOf.ts";
import { locale, recordsOf } from "../timeline/useTimeline.ts";
import { formatList } from "../words/format.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { type Stand, standsOf } from "./standsOf.ts";
import { useCosigned } from "./useCosigned.ts";

const TONES = { final: "good", preliminary: "wait", declined: "stop", contradicted: "stop" } as const;

/** "Final, signed by A and B", in place, for each part that has come as far; nothing where nobody was asked to sign. */
export function StandLine({
  own,
  items,
}: {
  /** What the entry stands for. */
  readonly own: readonly OpenedItem[];
  /** All that was opened: who signed is asked for all of it at once. */
  readonly items: readonly OpenedItem[];
}) {
  const said = useWords().cosign;
  const cosigned = useCosigned(items);
  const asked = own.filter(({ cosign }) => cosign !== null);
  if (asked.length === 0) return null;
  const stands = standsOf(cosigned.of(asked.map(({ record }) => record)));
  if (stands.length === 0) {
    if (!cosigned.failed) return null;
    const names = [...new Set(asked.flatMap(({ cosign }) => cosign?.asked ?? []))];
    return <p className="muted">{said.unknown(formatList(names))}</p>;
  }
  // One line says all when all of the entry has come as far.
  const whole = stands.length === 1 && asked.length === own.length;
  return stands.map((stand) => (
    <p key={stand.records.join(" ")}>
      {!whole && <Of records={stand.records} own={own} />}
      <span className={`tag ${TONES[stand.state]}`}>{said.tag[stand.state]}</span>{" "}
      <span className="muted">{sentence(stand, said)}</span>
    </p>
  ));
}

/** Which values of a larger entry are meant. */
function Of({ records, own }: { readonly records: readonly string[]; readonly own: readonly OpenedItem[] }) {
  const key = records.join(" ");
  const names = useMemo(() => {
    const meant = own.filter(({ record }) => key.split(" ").includes(record));
    const entries = timelineOf(recordsOf(meant), meaningEn, locale);
    return entries.flatMap(({ values, title }) =>
      values.length === 0 ? [title] : values.map(({ name }) => name),
    );
  }, [own, key]);
  return <b>{`${formatList(names)}: `}</b>;
}

function sentence(
  { state, signed, missing, declinedBy }: Stand,
  said: ReturnType<typeof useWords>["cosign"],
): string {
  switch (state) {
    case "final":
      return said.final(formatList(signed));
    case "preliminary":
      return said.preliminary(signed.length === 0 ? null : formatList(signed), formatList(missing));
    case "declined":
      return said.refused(formatList(declinedBy));
    case "contradicted":
      return said.contradicted;
  }
}
