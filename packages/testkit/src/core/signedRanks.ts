/**
 * Wilcoxon's signed ranks of pairs: whether one of both is larger more often and by more than chance has it (F. Wilcoxon: Individual Comparisons by Ranking Methods, 1945). Pairs that are equal count
 * half for either side.
 *
 * @returns `z`: how many standard deviations the sum of ranks lies above what it is without a difference. `correlation`: matched-pairs rank-biserial, from -1 (the first is always smaller) to 1; who
 *   guesses by one pair which is which is right in (1 + |correlation|) / 2 of the cases at most, about.
 */
export function signedRanks(
  first: readonly number[],
  second: readonly number[],
): { readonly z: number; readonly correlation: number } {
  const differences = first.map((value, i) => value - (second[i] ?? Number.NaN));
  const order = differences.map((_, i) => i).toSorted((a, b) => size(differences, a) - size(differences, b));
  let signed = 0;
  let squares = 0;
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && size(differences, order[to]) === size(differences, order[from])) to++;
    // Ties share the middle of their ranks, counted from 1.
    const rank = (from + 1 + to) / 2;
    for (const i of order.slice(from, to)) {
      signed += Math.sign(differences[i] ?? 0) * rank;
      squares += differences[i] === 0 ? 0 : rank ** 2;
    }
    from = to;
  }
  const all = (order.length * (order.length + 1)) / 2;
  return { z: squares === 0 ? 0 : signed / Math.sqrt(squares), correlation: all === 0 ? 0 : signed / all };
}

function size(differences: readonly number[], i: number | undefined): number {
  return Math.abs(differences[i ?? -1] ?? Number.NaN);
}
