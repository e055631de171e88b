import type { Report } from '../../platform/index.ts'
import { table } from './plan-lines.ts'

/** What the check has found, as lines for people. */
export function reportLines({ partitions, groups, missing, shifted }: Report): string[] {
  const rows = partitions.map((one) => [
    `${one.topic}-${one.partition}`,
    `${one.records}`,
    one.checksumHere,
    one.checksumThere,
    one.difference ?? (one.cleaned === 0 ? 'equal' : `equal (${one.cleaned} cleaned here since)`),
  ])
  const positions = groups.map(({ group, topic, partition, here, there, difference }) => [
    ...[group, `${topic}-${partition}`, `${here}`, `${there}`],
    difference ?? 'equal',
  ])
  return [
    ...table([['PARTITION', 'RECORDS', 'CHECKSUM HERE', 'CHECKSUM THERE', 'RESULT'], ...rows]),
    ...(positions.length === 0
      ? []
      : ['', ...table([['GROUP', 'PARTITION', 'HERE', 'THERE', 'RESULT'], ...positions])]),
    ...missing.map((one) => `missing at the target: ${one}`),
    '',
    shifted === 0
      ? 'Every offset is the same on both sides.'
      : `Offsets differ in ${shifted} partitions, where the log does not begin at 0 or has holes; positions are translated.`,
  ]
}
