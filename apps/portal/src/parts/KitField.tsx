import { Textarea } from "@mantine/core";
import { useWords } from "../words/useWords.tsx";
import { formatList } from "../words/format.ts";
import type { KitCheck } from "../worker/protocol/keys.ts";

/** Where a kit is typed or pasted, and which groups to look at again. */
export function KitField({
  value,
  check,
  onChange,
}: {
  readonly value: string;
  readonly check: KitCheck | null;
  readonly onChange: (value: string) => void;
}) {
  const words = useWords().keys.recover;
  const groups = check === null || typeof check === "string" ? null : check;
  const said =
    check === "another"
      ? words.another
      : groups === null
        ? null
        : groups.length === 0
          ? words.wrong
          : words.wrongGroups(formatList(groups.map(String)), groups.length === 1);
  return (
    <Textarea
      label={words.label}
      className="kit-field"
      value={value}
      error={said}
      rows={4}
      autoComplete="off"
      autoCapitalize="characters"
      autoCorrect="off"
      spellCheck={false}
      placeholder="AK1-"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
