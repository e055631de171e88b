import type { Ajv } from 'ajv'

/**
 * ajv compares each item with each other one, which takes minutes for the hundred thousand that one
 * text may have, also as the `enum` of a schema. Here each is looked up among those before it.
 */
export function withQuickUniqueItems(ajv: Ajv): Ajv {
  ajv.removeKeyword('uniqueItems')
  return ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (isWanted: boolean, items: readonly unknown[]) => !isWanted || differ(items),
    error: { message: 'must NOT have duplicate items' },
  })
}

function differ(items: readonly unknown[]): boolean {
  return new Set(items.map(textOf)).size === items.length
}

/** The same for values that JSON Schema takes for equal: the order of keys says nothing. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}
