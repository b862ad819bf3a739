import type { Counts } from "./counts.ts";

/** What is read of `forge test --json`: suites by name, each with its tests by name. */
export type ForgeReport = Readonly<
  Record<
    string,
    {
      readonly test_results: Readonly<
        Record<string, { readonly status: string; readonly reason: string | null }>
      >;
    }
  >
>;

/** `failures` names each test that did not pass, with forge's reason. A status that is not known is a failure. */
export function countForge(report: ForgeReport): {
  readonly counts: Counts;
  readonly failures: readonly string[];
} {
  let passed = 0;
  let skipped = 0;
  const failures: string[] = [];
  for (const [suite, { test_results: tests }] of Object.entries(report)) {
    for (const [name, { status, reason }] of Object.entries(tests)) {
      if (status === "Success") passed += 1;
      else if (status === "Skipped") skipped += 1;
      else failures.push(`${suite} ${name}: ${reason ?? "no reason given"}`);
    }
  }
  return { counts: { passed, failed: failures.length, skipped }, failures };
}
