const mostCharacters = 6000

/** As many as the audit log has room for, and how many that leaves out. */
export function fitting<Item>(items: readonly Item[]): { told: readonly Item[]; more: number } {
  let characters = 0
  const told = items.filter((item) => {
    characters += JSON.stringify(item).length
    return characters <= mostCharacters
  })
  return { told, more: items.length - told.length }
}
