import { duration } from "./format.ts";
import { type ErrorReport, errorReport } from "./reportError.ts";

export type Facts = Record<string, string | number | boolean | null>;

export interface StepReport {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  /** Figures, codes and ids. */
  readonly facts: Facts;
  readonly error?: ErrorReport;
}

const WIDTH = 100;

/** Runs steps one after the other, prints each with what it proved, and keeps them for the report. */
export class Steps {
  readonly reports: StepReport[] = [];
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#write = write;
  }

  title(text: string): void {
    this.#write(`\n${text}\n\n`);
  }

  line(text: string): void {
    this.#write(`${text}\n`);
  }

  /**
   * @param work does the step, fills `facts`, and returns the lines that say what it proved. What it throws fails the
   * step and is thrown on.
   */
  async run(name: string, work: (facts: Facts) => Promise<readonly string[]>): Promise<void> {
    const facts: Facts = {};
    const begin = performance.now();
    const elapsed = (): number => Math.round(performance.now() - begin);
    try {
      const lines = await work(facts);
      const milliseconds = elapsed();
      this.reports.push({ name, ok: true, milliseconds, facts });
      this.#print("✓", name, milliseconds);
      for (const line of lines) this.#write(`      ${line}\n`);
    } catch (error) {
      const milliseconds = elapsed();
      this.reports.push({ name, ok: false, milliseconds, facts, error: errorReport(error) });
      this.#print("✗", name, milliseconds);
      throw error;
    }
  }

  #print(mark: string, name: string, milliseconds: number): void {
    const left = `  ${mark} ${name}`;
    this.#write(`${left}${duration(milliseconds).padStart(Math.max(12, WIDTH - left.length))}\n`);
  }
}
