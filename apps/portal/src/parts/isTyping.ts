/** Where letters are written, and are no shortcuts. */
const TYPING = "input, textarea, select, [contenteditable], [role=textbox]";

/** Whether somebody types into what an event came from. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(TYPING);
}
