/** What was worked out lately, kept for whoever asks for the same again. */
export interface Recent<Value> {
  readonly of: (key: number, make: () => Value) => Value;
}

/** Keeps the `most` keys that were asked for last. */
export function recent<Value>(most: number): Recent<Value> {
  const kept = new Map<number, Value>();
  return {
    of: (key, make) => {
      const value = kept.get(key) ?? make();
      // A map lists its keys in the order in which they came: the first one is the oldest.
      kept.delete(key);
      kept.set(key, value);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
      return value;
    },
  };
}
