/** A parameter of a contract's ABI, as the compiler writes it. */
export interface AbiParameter {
  readonly type: string;
  readonly name?: string;
  readonly components?: readonly AbiParameter[];
}

/** Hexadecimal without 0x of a value's ABI encoding, whole words. */
export interface WordEncoder {
  /** Whether it stands behind an offset. */
  readonly dynamic: boolean;
  readonly encode: (value: unknown) => string;
}

const WORD = 64;
const numbers = new Map<number, string>();

function numberWord(value: number): string {
  const known = numbers.get(value);
  if (known !== undefined) return known;
  const word = BigInt.asUintN(256, BigInt(value)).toString(16).padStart(WORD, "0");
  numbers.set(value, word);
  return word;
}

/** Numbers as integers, booleans as 0 and 1, hexadecimal texts of 32 or fewer bytes filled up on the left. */
function wordOf(value: unknown): string {
  if (typeof value === "string") return value.slice(2).padStart(WORD, "0");
  return numberWord(Number(value));
}

/** Heads, then tails (Solidity's ABI specification, "formal specification of the encoding"). */
function sequence(encoders: readonly WordEncoder[], values: readonly unknown[]): string {
  const parts = encoders.map((encoder, i) => encoder.encode(values[i]));
  let tailAt = encoders.reduce((sum, { dynamic }, i) => {
    return sum + (dynamic ? 32 : (parts[i] as string).length / 2);
  }, 0);
  let head = "";
  let tail = "";
  for (const [i, part] of parts.entries()) {
    if (encoders[i]?.dynamic !== true) {
      head += part;
      continue;
    }
    head += numberWord(tailAt);
    tail += part;
    tailAt += part.length / 2;
  }
  return head + tail;
}

/**
 * Encodes static words, structs and arrays of both; no `bytes`, no `string`. It is made once for a type and encodes each
 * object once, which viem's encoder (a test holds it to that) does anew for every call.
 */
export function wordEncoder({ type, components = [] }: AbiParameter): WordEncoder {
  const [, base, length] = /^(.*)\[(\d*)\]$/.exec(type) ?? [];
  if (base !== undefined) {
    const item = wordEncoder({ type: base, components });
    const items = (values: readonly unknown[]) =>
      sequence(
        values.map(() => item),
        values,
      );
    if (length !== "") return { dynamic: item.dynamic, encode: (value) => items(value as unknown[]) };
    const encode = (value: unknown) => numberWord((value as unknown[]).length) + items(value as unknown[]);
    return { dynamic: true, encode };
  }
  if (type !== "tuple") return { dynamic: false, encode: wordOf };
  const members = components.map(wordEncoder);
  const encoded = new WeakMap<object, string>();
  return {
    dynamic: members.some((member) => member.dynamic),
    encode: (value) => {
      const struct = value as Readonly<Record<string, unknown>>;
      const words =
        encoded.get(struct) ??
        sequence(
          members,
          components.map(({ name = "" }) => struct[name]),
        );
      encoded.set(struct, words);
      return words;
    },
  };
}

/** A function's arguments. */
export function argumentsEncoder(
  parameters: readonly AbiParameter[],
): (values: readonly unknown[]) => string {
  const members = parameters.map(wordEncoder);
  return (values) => sequence(members, values);
}
