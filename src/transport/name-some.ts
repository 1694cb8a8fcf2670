const mostNamed = 3;

/** `a, b, c and 4 more`: for people, where a list may be long. */
export function nameSome(names: readonly string[]): string {
  const others = names.length - mostNamed;
  return others > 0 ? `${names.slice(0, mostNamed).join(', ')} and ${others} more` : names.join(', ');
}
