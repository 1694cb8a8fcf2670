/** Reads by key and keeps the most recently used answers: what a report reads comes again and again, and must not all stay in memory. */
export function rememberRecent<T>(most: number, read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const recent = new Map<string, T>();
  return async (key) => {
    const known = recent.get(key);
    const value = known ?? (await read(key));
    recent.delete(key);
    recent.set(key, value);
    const oldest = recent.size > most ? recent.keys().next() : null;
    if (oldest?.done === false) recent.delete(oldest.value);
    return value;
  };
}
