import { formatList } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { type Stand, standOf } from "./standOf.ts";
import { useCosigned } from "./useCosigned.ts";

const TONES = { final: "good", preliminary: "wait", declined: "stop", contradicted: "stop" } as const;

export function StandTag({ state }: Pick<Stand, "state">) {
  return <span className={`tag ${TONES[state]}`}>{useWords().cosign.tag[state]}</span>;
}

/** "Final, signed by A and B", in place; nothing where nobody was asked to sign. */
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
  const stand = standOf(cosigned.of(asked.map(({ record }) => record)));
  if (stand === null) {
    if (!cosigned.failed) return null;
    const names = [...new Set(asked.flatMap(({ cosign }) => cosign?.asked ?? []))];
    return <p className="muted">{said.unknown(formatList(names))}</p>;
  }
  return (
    <p>
      <StandTag state={stand.state} /> <span className="muted">{sentence(stand, said)}</span>
    </p>
  );
}

function sentence(
  { state, signed, missing, declined }: Stand,
  said: ReturnType<typeof useWords>["cosign"],
): string {
  switch (state) {
    case "final":
      return said.final(formatList(signed));
    case "preliminary":
      return said.preliminary(signed.length === 0 ? null : formatList(signed), formatList(missing));
    case "declined":
      return said.refused(formatList([...new Set(declined.map(({ organisation }) => organisation))]));
    case "contradicted":
      return said.contradicted;
  }
}
