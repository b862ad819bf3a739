import type { BrowserContext, Route } from "playwright-core";

/** Answers a browser's requests in a node's place until what this returns is called. Requests that are under way then go to the node. */
export async function answerRoute(
  context: BrowserContext,
  url: string,
  answer: (route: Route) => Promise<void>,
): Promise<() => Promise<void>> {
  let isOver = false;
  const handler = async (route: Route): Promise<void> => {
    try {
      await answer(route);
    } catch (error) {
      // Whoever stops answering has let the browser go on with it.
      if (!isOver) throw error;
    }
  };
  await context.route(url, handler);
  return async () => {
    isOver = true;
    await context.unroute(url, handler);
  };
}
