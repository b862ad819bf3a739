import type { Page } from "playwright-core";

/** Milliseconds between two frames beyond which a person sees a jerk. */
const LONG = 50;

const SCROLL = `new Promise((resolve) => {
  const gaps = [];
  let last = performance.now();
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    const before = scrollY;
    scrollBy(0, innerHeight / 2);
    if (scrollY !== before) requestAnimationFrame(frame);
    else resolve(gaps);
  };
  requestAnimationFrame(frame);
})`;

/** Scrolls from the top to the end, half a window each frame; how many frames took long. */
export async function longFrames(
  page: Page,
): Promise<{ readonly frames: number; readonly long: number; readonly longest: number }> {
  await page.evaluate("scrollTo(0, 0)");
  const gaps = await page.evaluate<number[]>(SCROLL);
  return { frames: gaps.length, long: gaps.filter((gap) => gap > LONG).length, longest: Math.max(...gaps) };
}
