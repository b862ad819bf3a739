/** Where a command says what it found: text for people, or one JSON document for programs. */
export interface Output {
  /** A line of text; nothing with `--json`. */
  readonly line: (text: string) => void;
  /** The whole result; nothing without `--json`. */
  readonly result: (value: unknown) => void;
}

export function createOutput(asJson: boolean): Output {
  return {
    line: (text) => void (asJson || process.stdout.write(`${text}\n`)),
    result: (value) => void (asJson && process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)),
  };
}
