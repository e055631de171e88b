/** What is wrong with a name that is none of these. */
export function oneOf(names: readonly string[], name: string): string | undefined {
  return names.includes(name) ? undefined : `use one of ${names.join(', ')}`
}
