/**
 * Reads a report in LCOV's format: for each source file its path, the counts `lines` and `branches` ({ hit, found }), and the
 * numbers of the lines that were not run or have a branch that was not taken, each once and in ascending order.
 */
export function fileCoverage(text) {
  return text
    .split("end_of_record")
    .map((record) => record.trim().split("\n"))
    .filter((fields) => fields.some((field) => field.startsWith("SF:")))
    .map(fileOf);
}

function fileOf(fields) {
  const valuesOf = (name) =>
    fields
      .filter((field) => field.startsWith(`${name}:`))
      .map((field) => field.slice(name.length + 1).split(","));
  const lines = valuesOf("DA").map(([line, hits]) => ({ line: Number(line), hit: Number(hits) > 0 }));
  // "-" stands for a branch at a place that was never reached.
  const branches = valuesOf("BRDA").map(([line, , , hits]) => ({ line: Number(line), hit: Number(hits) > 0 }));
  return {
    path: valuesOf("SF")[0].join(","),
    lines: countOf(lines),
    branches: countOf(branches),
    missedLines: missed(lines),
    missedBranches: missed(branches),
  };
}

const countOf = (items) => ({ hit: items.filter(({ hit }) => hit).length, found: items.length });

const missed = (items) =>
  [...new Set(items.filter(({ hit }) => !hit).map(({ line }) => line))].sort((a, b) => a - b);
