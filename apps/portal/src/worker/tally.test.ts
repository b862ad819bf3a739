import { expect, it } from "vitest";
import type { OpenedItem, Progress } from "./protocol.ts";
import { tally } from "./tally.ts";

const item = (record: string): OpenedItem => ({ record }) as OpenedItem;

it("adds up the parts of an opening, and shows what is open when that may be shown", () => {
  const said: Progress[] = [];
  const tell = tally<string>(
    (value) => said.push(value),
    (parts) => (parts.has("general") ? [...parts.values()].flat() : null),
  );
  tell("personal", { done: 0, of: 3 });
  tell("personal", { done: 2, of: 3, soFar: [item("a"), item("b")] });
  tell("general", { done: 1, of: 5, soFar: [item("c")] });
  tell("general", { done: 2, of: 5 });
  expect(said).toEqual([
    { done: 0, of: 3 },
    { done: 2, of: 3 },
    { done: 3, of: 8, soFar: [item("a"), item("b"), item("c")] },
    { done: 4, of: 8 },
  ]);
});
