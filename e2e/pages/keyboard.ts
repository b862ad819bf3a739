import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Stops of one page before whoever looks for something gives up. */
const MOST_STOPS = 120;
/** In the window, and drawn around the element or the label that it fills. */
const SHOWS_FOCUS = `(() => {
  const { activeElement } = document;
  const { top, bottom } = activeElement.getBoundingClientRect();
  const drawn = [activeElement, activeElement.closest("label")].some((one) => one !== null && getComputedStyle(one).outlineStyle !== "none");
  return drawn && bottom > 0 && top < innerHeight;
})()`;

/** Goes to an element with the Tab key alone, from wherever the focus is, and sees that it shows where it is. Fails where Tab does not lead there. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const focused = target.and(page.locator(":focus"));
  const passed: string[] = [];
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if ((await focused.count()) === 1) {
      expect(await page.evaluate(SHOWS_FOCUS)).toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
    passed.push(String(await page.evaluate("document.activeElement?.outerHTML.slice(0, 80)")));
  }
  expect.unreachable(`Tab does not lead to ${String(target)}, but to\n${passed.slice(-20).join("\n")}`);
}

/** Goes there with Tab and presses a key: Enter for links and buttons, Space for boxes. */
export async function press(page: Page, target: Locator, key: "Enter" | "Space" = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}
