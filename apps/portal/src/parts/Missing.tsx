import { Button } from "@mantine/core";
import { useWords } from "../words/useWords.tsx";
import type { OpenedRecords } from "../worker/protocol.ts";
import { AlertIcon } from "./icons.tsx";

/** What could not be had, and why, in its place: the rest of the page stands. */
export function Missing({
  gaps,
  refused,
  again,
  busy,
}: Pick<OpenedRecords, "gaps" | "refused"> & { readonly again: () => void; readonly busy: boolean }) {
  const words = useWords();
  if (gaps.length === 0 && refused === 0) return null;
  const silent = [...new Set(gaps.flatMap((gap) => gap.silent))];
  const custodians = gaps.some(({ code }) => code === "too-few-custodians");
  return (
    <div className="notice" role="status">
      <AlertIcon />
      <div className="grow">
        <h2>{words.gaps.title}</h2>
        <p>
          {gaps.length > 0 && (custodians ? words.gaps.custodians : words.gaps.silent(silent))}{" "}
          {refused > 0 && words.gaps.refused(refused)} {words.gaps.rest}
        </p>
        <div className="tools">
          <Button variant="subtle" size="compact-md" onClick={again} loading={busy}>
            {words.tryAgain}
          </Button>
        </div>
      </div>
    </div>
  );
}
