const WIDTH = 28;
/** Milliseconds between two drawings. */
const PAUSE = 80;

export interface ProgressBar {
  /** @param note what else goes on, behind the count. */
  readonly set: (done: number, of: number, note?: string) => void;
  /** Takes the bar away. */
  readonly clear: () => void;
}

/** One line on standard error that is drawn over itself; on anything but a terminal nothing is drawn. */
export function createProgressBar(label: string, stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  if (!stream.isTTY) return { set: () => undefined, clear: () => undefined };
  let drawn = 0;
  return {
    set: (done, of, note = "") => {
      const now = performance.now();
      if (now - drawn < PAUSE && done < of) return;
      drawn = now;
      const filled = of === 0 ? 0 : Math.round((Math.min(done, of) / of) * WIDTH);
      stream.write(
        `\r\u001B[2K     ${label} ${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${done}/${of}${note}`,
      );
    },
    clear: () => void stream.write("\r\u001B[2K"),
  };
}
