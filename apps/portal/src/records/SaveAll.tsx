import { Button } from "@mantine/core";
import { useState } from "react";
import { AlertIcon } from "../parts/icons.tsx";
import { useWords } from "../words/useWords.tsx";
import type { OpenedRecords } from "../worker/protocol.ts";
import { bundleOf } from "./bundleOf.ts";
import { fileName } from "./fileName.ts";
import { missingOf } from "./missingOf.ts";
import { saveFile } from "./saveFile.ts";

/** Everything as one file; what would be missing in it is said before. */
export function SaveAll({
  data,
}: {
  /** `null`: more is being opened. */ readonly data: OpenedRecords | null;
}) {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const { save } = words.lists;
  const missing = data === null ? [] : missingOf(data, words);
  const write = (): void => {
    if (data === null) return;
    const time = new Date().toISOString();
    const bundle = bundleOf({ items: data.items, missing, time });
    saveFile(JSON.stringify(bundle), fileName(save.file, time, ".json"));
    setAsking(false);
  };
  return (
    <div className="stack">
      {asking && missing.length > 0 ? (
        <div className="notice" role="alert">
          <AlertIcon />
          <div className="grow">
            <h2>{save.missing}</h2>
            <p>{[...missing, save.help].join(" ")}</p>
            <div className="tools">
              <Button variant="outline" onClick={write}>
                {save.anyway}
              </Button>
              <Button variant="subtle" onClick={() => setAsking(false)}>
                {save.notNow}
              </Button>
            </div>
          </div>
        </div>
      ) : (
        <div>
          <Button
            variant="outline"
            disabled={data === null || data.items.length === 0}
            onClick={() => (missing.length > 0 ? setAsking(true) : write())}
          >
            {words.records.download}
          </Button>
          {data === null && <p className="muted">{save.waits}</p>}
        </div>
      )}
    </div>
  );
}
