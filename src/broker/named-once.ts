/**
 * What a request names once, and one of each that it names more often. Kafka refuses the latter as
 * a whole, with one answer each: which of them was meant cannot be known.
 */
export function namedOnce<One>(
  all: readonly One[],
  nameOf: (one: One) => string,
): { readonly once: readonly One[]; readonly repeated: readonly One[] } {
  const byName = Map.groupBy(all, nameOf)
  const once: One[] = []
  const repeated: One[] = []
  for (const [first, ...others] of byName.values()) {
    if (first === undefined) continue
    if (others.length === 0) once.push(first)
    else repeated.push(first)
  }
  return { once, repeated }
}
