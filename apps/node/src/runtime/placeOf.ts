/** Where a defect was thrown: file and line, never its message, which could hold anything, frames of a stack included. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error) || error.stack === undefined) return "";
  const { message, stack } = error;
  const at = stack.indexOf(message);
  const frames = at < 0 ? "" : stack.slice(at + message.length);
  const line = frames.split("\n").find((text) => /^\s+at /.test(text)) ?? "";
  return line.trim().slice(0, 200);
}
