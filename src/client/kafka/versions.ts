import { covers, type Range } from '../../protocols/kafka/schema.ts'

/** What a broker said that it answers: the versions by API key. */
export type BrokerVersions = ReadonlyMap<number, Range>

/**
 * The highest version that the client (up to `atMost`) and the broker both know; undefined if
 * there is none.
 */
export function commonVersion(
  api: { readonly key: number; readonly versions: Range },
  broker: BrokerVersions,
  atMost = Number.POSITIVE_INFINITY,
): number | undefined {
  const theirs = broker.get(api.key)
  if (theirs === undefined) return undefined
  const version = Math.min(api.versions.to, theirs.to, atMost)
  return covers(api.versions, version) && covers(theirs, version) ? version : undefined
}
