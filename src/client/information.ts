interface Informant {
  readonly clientId: string
  readonly metrics: unknown
}

/** What `info(path)` of a Reader or Writer tells: nested values by a path with dots. */
export function informationOf(
  path: string,
  { clientId, metrics }: Informant,
  type: string,
  ofTransport: Readonly<Record<string, unknown>>,
): unknown {
  let found: unknown = { client_id: clientId, metrics, [type]: ofTransport }
  for (const name of path === '' ? [] : path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found
}
