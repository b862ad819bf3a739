/** Values that are safe to print: no health data, no key, no credential ever goes into an error's metadata. */
export type ErrorMeta = Readonly<Record<string, string | number | boolean | null>>;

export interface ErrorParts<Code extends string> {
  readonly code: Code;
  /** The rule that was broken, as one sentence that is true of every such error. */
  readonly rule: string;
  /** What the person who reads this can do next. */
  readonly fix: string;
  readonly meta?: ErrorMeta | undefined;
  readonly cause?: unknown;
}

/**
 * The one base class of errors in this project. `code` is a literal that callers switch on; the
 * message is made from rule and fix alone, so that no value of the input can reach a log through it.
 */
export class AnamnesisError<Code extends string = string> extends Error {
  override readonly name = "AnamnesisError";
  readonly code: Code;
  readonly rule: string;
  readonly fix: string;
  readonly meta: ErrorMeta;

  constructor(parts: ErrorParts<Code>) {
    super(`${parts.rule} ${parts.fix}`, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = parts.code;
    this.rule = parts.rule;
    this.fix = parts.fix;
    this.meta = parts.meta ?? {};
  }

  toJSON(): { code: Code; rule: string; fix: string; meta: ErrorMeta } {
    return { code: this.code, rule: this.rule, fix: this.fix, meta: this.meta };
  }
}

/** True when `error` is one of ours, whatever its code. */
export function isAnamnesisError(error: unknown): error is AnamnesisError {
  return error instanceof AnamnesisError;
}

/** True when `error` is ours and carries this code. */
export function hasCode<Code extends string>(error: unknown, code: Code): error is AnamnesisError<Code> {
  return error instanceof AnamnesisError && error.code === code;
}

/** A branch that the types rule out. Reaching it is a defect of this program, never of its input. */
export function unreachable(value: never): never {
  throw new AnamnesisError({
    code: "defect",
    rule: "A case was reached that the types rule out.",
    fix: "Report this as a defect with the version that you run.",
    meta: { type: typeof value },
  });
}
