import { Button } from "@mantine/core";
import { type LateParameters, useLate } from "../records/useLate.ts";
import { useWords } from "../words/useWords.tsx";
import { ClockIcon } from "./icons.tsx";

/** What somebody wrote a moment ago: it comes by itself. The words stay the same while it is looked for, so that they are read out once. */
export function OnTheirWay(parameters: LateParameters) {
  const { onTheirWay: said } = useWords();
  const { isOver, look, busy } = useLate(parameters);
  const { length } = parameters.late;
  if (length === 0) return null;
  return (
    <div className="notice calm">
      <ClockIcon />
      <div className="grow">
        <p role="status">
          <b>{said.title(length)}</b> {isOver ? said.later : said.soon}
        </p>
        {isOver && (
          <div className="tools">
            <Button variant="subtle" size="compact-md" onClick={look} loading={busy}>
              {said.look}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
