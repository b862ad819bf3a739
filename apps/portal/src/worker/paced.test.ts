import { expect, it } from "vitest";
import { paced } from "./paced.ts";
import type { Progress } from "./protocol.ts";

it("tells ten counts a second, and at once what says more, and the end", () => {
  const said: Progress[] = [];
  let time = 0;
  const tell = paced(
    (value) => said.push(value),
    () => time,
  );
  for (let done = 0; done <= 50; done++) {
    tell(done === 13 ? { done, of: 50, soFar: [] } : { done, of: 50 });
    time += 10;
  }
  expect(said.map(({ done }) => done)).toEqual([0, 10, 13, 23, 33, 43, 50]);
  expect(said.filter(({ soFar }) => soFar !== undefined)).toHaveLength(1);
});
