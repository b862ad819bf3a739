import { expect, it } from "vitest";
import { inFolder } from "../run/inFolder.ts";
import type { Progress } from "../run/progress.ts";
import { OPERATIONS } from "./operations.ts";
import { runServed } from "./runServed.ts";

const quiet: Progress = { stage: (_, work) => work(() => undefined) };

it("asks the servers over HTTP for each operation, and ends them", async () => {
  const { rows } = await inFolder((folder) => runServed(folder, { patients: 2, time: 1 }, quiet));
  expect(rows.map(({ what }) => what)).toEqual(OPERATIONS.map(({ what }) => what));
  for (const { what: _, ...figures } of rows) {
    expect(Object.keys(figures).length).toBeGreaterThanOrEqual(4);
    for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
  }
}, 120_000);
