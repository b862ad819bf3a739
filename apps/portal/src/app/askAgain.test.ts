import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { askAgain } from "./askAgain.ts";

/** A source that answers when it is told to, with what stood when it was asked. */
function source() {
  let value = "before";
  const answers: (() => void)[] = [];
  return {
    ask: () =>
      new Promise<string>((resolve) => {
        const asked = value;
        answers.push(() => resolve(asked));
      }),
    change: () => void (value = "after"),
    answer: () => answers.splice(0).forEach((give) => give()),
    asked: () => answers.length,
  };
}

describe("after a change", () => {
  it("shows what stands now, where the first answer was still on its way", async () => {
    const { ask, change, answer, asked } = source();
    const queries = new QueryClient();
    const observer = new QueryObserver(queries, { queryKey: ["writers"], queryFn: ask });
    const stop = observer.subscribe(() => undefined);
    change();
    const again = askAgain(queries, "writers");
    await expect.poll(asked).toBe(2);
    answer();
    await again;
    expect(observer.getCurrentResult().data).toBe("after");
    stop();
  });

  it("keeps no answer of before for a page that is shown later", async () => {
    const { ask, change, answer, asked } = source();
    const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
    const options = { queryKey: ["shares"], queryFn: ask };
    const leave = new QueryObserver(queries, options).subscribe(() => undefined);
    leave();
    change();
    await askAgain(queries, "shares");
    answer();
    const observer = new QueryObserver(queries, options);
    const stop = observer.subscribe(() => undefined);
    await expect.poll(asked).toBe(1);
    answer();
    await expect.poll(() => observer.getCurrentResult().data).toBe("after");
    stop();
  });
});
