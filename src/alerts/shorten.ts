/** By code points, so that no character is cut in two; what was cut ends in an ellipsis. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  // No code point takes more than two units: so many hold at least one code point too many.
  const points = Array.from(text.slice(0, 2 * most + 2));
  return points.length <= most ? text : `${points.slice(0, most - 1).join('')}…`;
}
