import { concatBytes, uintBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { domainHash } from "@anamnesis/core/encoding/hash";

/** Choices that a seed decides: the same seed gives the same sequence, on every machine. For synthetic data only, never for keys. */
export interface SeededRandom {
  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  /** UUID of version 4 form, lower case. */
  uuid(): string;
}

/** SHA-256 in counter mode over the seed; 32 bytes a block. */
export function seededRandom(seed: string): SeededRandom {
  const key = domainHash("anamnesis/synthetic-seed/1", utf8ToBytes(seed));
  let counter = 0;
  let block: Uint8Array = new Uint8Array();
  let used = 0;

  const byte = (): number => {
    if (used === block.length) {
      block = domainHash("anamnesis/synthetic-block/1", concatBytes(key, uintBytes(counter++, 6)));
      used = 0;
    }
    return block[used++] as number;
  };
  // 48 bits over ranges far below 2^32: the bias does not show in test data.
  const fraction = (): number => {
    let value = 0;
    for (let i = 0; i < 6; i++) value = value * 256 + byte();
    return value / 2 ** 48;
  };
  const int = (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1));

  return {
    int,
    pick: (list) => list[int(0, list.length - 1)] as (typeof list)[number],
    uuid: () => {
      const bytes = Array.from({ length: 16 }, byte);
      bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
      const hex = bytes.map((b) => b.toString(16).padStart(2, "0")).join("");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
        "-",
      );
    },
  };
}
