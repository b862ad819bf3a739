import { badField, type Codec, mapped } from "../encoding/codec.ts";
import { plainWords } from "./plainWords.ts";

/** `plainWords` that are not only spaces. */
export function someWords(max: number, name: string): Codec<string> {
  return mapped(plainWords(max), check, (value) => check(value, name));
}

function check(value: string, path: string): string {
  if (value.trim() === "") throw badField(path, "some words");
  return value;
}
