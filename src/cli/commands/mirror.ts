import { command, type Group, operandsOf } from '../command.ts'
import { ConnectRest, connectOption } from '../connectors/rest.ts'
import { cliError } from '../errors.ts'
import { groupsOf, type Mirror, mirrorsOf, type TopicTold, topicsOf } from '../mirror/mirrors.ts'
import { outputOption, printRows, toJson, wantsJson } from '../output.ts'
import { printLine, type Terminal } from '../terminal.ts'

const common = { ...connectOption, ...outputOption }

const status = command({
  options: common,
  about:
    'Each mirror, how far each partition is behind, and whose positions follow. A second behind means that the first record that is not copied is that old. Heartbeats have rows of their own and do not count for their mirror.',
  examples: ['leat mirror status', 'leat mirror status -o json'],
  async run({ options, operands, terminal }) {
    operandsOf(operands)
    const rest = new ConnectRest(options, terminal)
    const told = await Promise.all((await someMirrors(rest)).map((one) => tellAll(rest, one)))
    const partitions = told.flatMap((one) => one.partitions)
    const groups = told.flatMap((one) => one.groups)
    const mirrors = told.map((one) => one.mirror)
    if (wantsJson(options)) {
      await printLine(terminal.stdout, toJson({ mirrors, partitions, groups }))
      return
    }
    await printTables({ options, terminal }, [mirrors, partitions, groups])
  },
})

const explain = command({
  operands: 'TOPIC|GROUP',
  options: common,
  about:
    'Of one topic or group of the source, for each mirror: whether it is mirrored, and if not, why.',
  examples: ['leat mirror explain readings', 'leat mirror explain analysis -o json'],
  async run({ options, operands, terminal }) {
    const [name = ''] = operandsOf(operands, 'TOPIC|GROUP')
    const rest = new ConnectRest(options, terminal)
    const told = await Promise.all(
      (await someMirrors(rest)).map((one) => explained(rest, one, name)),
    )
    const rows = told.flat()
    if (wantsJson(options)) return await printRows({ options, terminal }, rows)
    for (const { mirror, kind, mirrored, as, says } of rows) {
      const where = as === undefined ? '' : ` as ${as}`
      const verdict = mirrored
        ? `is mirrored${where}`
        : `is not ${kind === 'group' ? 'in step' : 'mirrored'}`
      await printLine(terminal.stdout, `${mirror}: ${kind} ${name} ${verdict}.`)
      for (const sentence of says) await printLine(terminal.stdout, `  ${sentence}`)
    }
  },
})

export const mirror: Group = {
  actions: {
    status: { summary: 'Shows mirrors, how far they are behind, and groups.', command: status },
    explain: { summary: 'Says why a topic or group is mirrored, or is not.', command: explain },
  },
}

async function someMirrors(rest: ConnectRest): Promise<Mirror[]> {
  const found = await mirrorsOf(rest)
  if (found.length > 0) return found
  const problem = "No mirror runs there; write one under 'mirrors:' in leat.yml."
  throw cliError('failed', { problem })
}

async function tellAll(rest: ConnectRest, mirror: Mirror) {
  const [{ topics, problems }, { groups }] = await Promise.all([
    topicsOf(rest, mirror),
    groupsOf(rest, mirror),
  ])
  const { name, state, failures } = mirror
  const mirrored = topics.filter((one) => one.mirrored)
  const partitions = mirrored.flatMap((one) =>
    one.partitions.map(({ partition, next, end, behindRecords, behindMs }) => ({
      ...{ mirror: name, topic: one.topic, as: one.remote, partition, next, end },
      ...{ behind: behindRecords, secondsBehind: secondsOf(behindMs) },
    })),
  )
  // Heartbeats come all the time: a mirror of which no other record is missing has copied everything.
  const beats = new Set(mirrored.filter((one) => one.heartbeats).map(({ topic }) => topic))
  const counted = partitions.filter(({ topic }) => !beats.has(topic))
  const seconds = counted.map(({ secondsBehind }) => secondsBehind)
  return {
    mirror: {
      ...{ mirror: name, state },
      ...{ topics: mirrored.length, leftOut: topics.length - mirrored.length },
      behind: counted.reduce((sum, { behind }) => sum + behind, 0),
      secondsBehind: seconds.includes(undefined)
        ? undefined
        : Math.max(0, ...(seconds as number[])),
      why: [...failures, ...problems].join(' ') || undefined,
    },
    partitions,
    groups: groups.map(({ group, synced, reasons }) => ({
      ...{ mirror: name, group, synced, why: reasons.join(' ') || undefined },
    })),
  }
}

async function explained(rest: ConnectRest, mirror: Mirror, name: string) {
  const [{ topics, problems }, { groups }] = await Promise.all([
    topicsOf(rest, mirror, name),
    groupsOf(rest, mirror, name),
  ])
  const hindrances = [...mirror.failures, ...problems]
  const all = [
    ...topics.map((one) => ({
      ...{ kind: 'topic', mirrored: one.mirrored, as: one.mirrored ? one.remote : undefined },
      says: [...one.reasons, ...behindOf(one), ...hindrances],
      isThere: one.exists,
    })),
    ...groups.map((one) => ({
      ...{ kind: 'group', mirrored: one.synced, as: undefined },
      says: [...one.reasons, ...hindrances],
      isThere: one.exists,
    })),
  ]
  // A name is mostly that of the one or of the other.
  const some = all.some(({ isThere }) => isThere) ? all.filter(({ isThere }) => isThere) : all
  const rows = some.map(({ isThere: _, ...row }) => ({ mirror: mirror.name, name, ...row }))
  if (rows.length > 0) return rows
  return [
    { mirror: mirror.name, name, kind: 'topic', mirrored: false, as: undefined, says: hindrances },
  ]
}

function behindOf({ mirrored, partitions }: TopicTold): string[] {
  if (!mirrored) return []
  const late = partitions.filter(({ behindRecords }) => behindRecords > 0)
  if (late.length === 0) return ['All its records are copied.']
  const records = late.reduce((sum, { behindRecords }) => sum + behindRecords, 0)
  const oldest = Math.max(...late.map(({ behindMs }) => behindMs ?? 0))
  return [
    `${records} records in ${late.length} of ${partitions.length} partitions are not copied yet, the first of them ${secondsOf(oldest)} s old.`,
  ]
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms / 100) / 10
}

async function printTables(
  printing: { readonly options: { readonly output?: string }; readonly terminal: Terminal },
  tables: readonly (readonly Readonly<Record<string, unknown>>[])[],
): Promise<void> {
  let isFirst = true
  for (const rows of tables) {
    if (rows.length === 0) continue
    if (!isFirst) await printLine(printing.terminal.stdout, '')
    isFirst = false
    await printRows(printing, rows)
  }
}
