/** The name that somebody probably meant: at most a third of its letters away, two at least being allowed. */
export function nearestName(got: string, names: Iterable<string>): string | null {
  const ranked = [...names].map((name) => ({ name, distance: editDistance(got.toLowerCase(), name.toLowerCase()) }));
  ranked.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : null;
}

/** `did you mean "tls"?`, else the names there are. */
export function suggestName(got: string, names: readonly string[], otherwise: string): string {
  const nearest = nearestName(got, names);
  if (nearest !== null) return `did you mean ${JSON.stringify(nearest)}?`;
  return names.length === 0 ? otherwise : `${otherwise} ${[...names].sort().join(', ')}`;
}

/** Levenshtein, with a swap of two neighbours as one step. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
