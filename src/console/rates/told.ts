import { clusterName } from '../../access/acl.ts'
import type { Rights } from '../../access/rights.ts'
import type { Reading } from './meter.ts'

/** The busiest, of all that somebody may see. */
const mostTopics = 500

/** What one visitor is told of a second. */
export function toldOf({ now, before, lags }: Reading, rights: Rights) {
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1000
  const topics = Array.from(now.ends)
    .filter(([topic]) => rights.shows('Describe', 'Topic', topic))
    .map(([topic, end]) => ({ topic, end, perSecond: rate(before?.ends.get(topic), end, seconds) }))
    .sort((one, other) => other.perSecond - one.perSecond)
    .slice(0, mostTopics)
  const groups = Array.from(lags)
    .filter(([group]) => rights.shows('Describe', 'Group', group))
    .flatMap(([group, ofTopics]) => {
      const seen = Array.from(ofTopics).filter(([topic]) =>
        rights.shows('Describe', 'Topic', topic),
      )
      const lag = seen.reduce((sum, [, one]) => sum + one, 0n)
      return seen.length === 0 ? [] : [[group, String(lag)] as const]
    })
  return {
    at: now.atMs,
    topics: Object.fromEntries(
      topics.map(({ topic, end, perSecond }) => [topic, { end: `${end}`, perSecond }]),
    ),
    groups: Object.fromEntries(groups),
    ...(rights.shows('Describe', 'Cluster', clusterName) && { process: ofProcess() }),
  }
}

/** A topic that was made anew begins again. */
function rate(before: bigint | undefined, end: bigint, seconds: number): number {
  if (before === undefined || seconds <= 0 || end < before) return 0
  return Math.round((Number(end - before) / seconds) * 10) / 10
}

function ofProcess() {
  const { user, system } = process.cpuUsage()
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() }
}
