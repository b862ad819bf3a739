import { isObject } from "../resource.ts";

export interface Coding {
  readonly system: string;
  readonly code: string;
}

/** Every object with a system and a code, at any depth, contained resources included. No recursion: depth is the sender's. */
export function codingsOf(value: unknown): readonly Coding[] {
  const found: Coding[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) {
      for (const item of next) open.push(item);
    } else if (isObject(next)) {
      const { system, code } = next;
      if (typeof system === "string" && typeof code === "string") found.push({ system, code });
      for (const item of Object.values(next)) open.push(item);
    }
  }
  return found;
}
