/** What others wrote: nothing of it may steer a terminal, or turn a line of a page around. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, "\u{fffd}");
}
