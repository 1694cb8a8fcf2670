/**
 * `97.52 %`, cut and never rounded up: only the whole is `100 %`, only nothing is `0 %`. Null where there is nothing to divide by.
 */
export function percentText(part: number, whole: number): string | null {
  if (!(whole > 0) || !(part >= 0)) return null;
  if (part >= whole) return '100\u00a0%';
  if (part === 0) return '0\u00a0%';
  const hundredths = Math.min(9_999, Math.floor((part * 10_000) / whole));
  return hundredths === 0 ? '<\u00a00.01\u00a0%' : `${(hundredths / 100).toFixed(2)}\u00a0%`;
}
