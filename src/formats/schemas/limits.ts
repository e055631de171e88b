/** How large the schemas of one request may be: a text is refused before it is worked on. */
export const schemaLimits = {
  mostCharacters: 1_000_000,
  /** Of all texts that one schema refers to, together. */
  mostReferencedCharacters: 10_000_000,
  deepestNesting: 500,
} as const
