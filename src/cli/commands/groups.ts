import { systemClock } from '../../base/clock.ts'
import {
  committedOffsets,
  deleteGroup,
  lagOf,
  listGroups,
  moveGroup,
  resolveRange,
} from '../../client/index.ts'
import { command, type Group, operandsOf } from '../command.ts'
import { cliError } from '../errors.ts'
import { stateOf } from '../group-state.ts'
import { kafkaOptions, openKafka, topicsOf } from '../kafka.ts'
import { outputOption, printRows } from '../output.ts'
import { readOffsets } from '../records/offset-option.ts'
import { printLine } from '../terminal.ts'

const list = command({
  options: { ...kafkaOptions, ...outputOption },
  examples: ['leat groups list', 'leat groups list -o json'],
  async run({ options, terminal }) {
    await using client = openKafka(options, terminal)
    const groups = await listGroups(client)
    await printRows(
      { options, terminal },
      groups
        .sort((a, b) => (a.groupId < b.groupId ? -1 : 1))
        .map(({ groupId, groupState, protocolType }) => ({
          group: groupId,
          state: groupState,
          protocol: protocolType,
        })),
    )
  },
})

const describe = command({
  operands: 'GROUP',
  options: { ...kafkaOptions, ...outputOption },
  about: 'Lag is how many records were written behind the committed offset.',
  examples: ['leat groups describe dashboards', 'leat groups describe dashboards -o json'],
  async run({ options, operands, terminal }) {
    const [group = ''] = operandsOf(operands, 'GROUP')
    await using client = openKafka(options, terminal)
    const { state, members } = await stateOf(client, group)
    const lags = await lagOf(client, group)
    if (lags.length === 0) {
      const said = `Group '${group}' is ${state}, has ${members} members and has committed no offset.`
      await printLine(terminal.stderr, said)
    }
    await printRows(
      { options, terminal },
      lags.map(({ metadata: _, ...lag }) => ({ group, state, members, ...lag })),
    )
  },
})

const reset = command({
  operands: 'GROUP',
  options: {
    topic: {
      type: 'string',
      short: 't',
      multiple: true,
      value: 'TOPIC',
      about: 'Whose offsets change; without it, those that the group has committed.',
      example: '-t temperatures',
    },
    to: {
      type: 'string',
      value: 'OFFSET',
      about: 'Where to: start, end, +5, -5, 7 or @TIME, as in leat consume --offset.',
      example: '--to @-1h',
    },
    ...kafkaOptions,
    ...outputOption,
  },
  about: 'The group must have no members at that time.',
  examples: [
    'leat groups reset dashboards --to start',
    'leat groups reset dashboards -t a --to @-1h',
  ],
  async run({ options, operands, terminal }) {
    const [group = ''] = operandsOf(operands, 'GROUP')
    if (options.to === undefined) throw cliError('usage', { problem: "Write '--to OFFSET'." })
    const range = readOffsets('to', options.to, systemClock.now())
    await using client = openKafka(options, terminal)
    const { members } = await stateOf(client, group)
    if (members > 0) {
      const problem = `Group '${group}' has ${members} members; stop them first.`
      throw cliError('failed', { problem })
    }
    const places =
      options.topic === undefined
        ? await committedOffsets(client, group)
        : (await topicsOf(client, options.topic)).flatMap(({ name, partitions }) =>
            partitions.map(({ partition }) => ({ topic: name, partition })),
          )
    const resolved = await resolveRange(client, places, range)
    const positions = resolved.map(({ topic, partition, from }) => ({
      topic,
      partition,
      next: from,
    }))
    await moveGroup(client, group, positions)
    await printRows(
      { options, terminal },
      resolved.map(({ topic, partition, from }) => ({ group, topic, partition, offset: from })),
    )
  },
})

const remove = command({
  operands: 'GROUP…',
  options: { ...kafkaOptions, ...outputOption },
  about: 'A group with members is left as it is.',
  examples: ['leat groups delete dashboards'],
  async run({ options, operands, terminal }) {
    if (operands.length === 0) throw cliError('usage', { problem: 'Write the name of a group.' })
    await using client = openKafka(options, terminal)
    for (const group of operands) await deleteGroup(client, group)
    const done = operands.map((group) => ({ group, result: 'deleted' }))
    await printRows({ options, terminal }, done)
  },
})

export const groups: Group = {
  actions: {
    list: { summary: 'Lists the consumer groups.', command: list },
    describe: { summary: 'Shows how far a group is, and how far behind.', command: describe },
    reset: { summary: 'Moves the offsets of a group.', command: reset },
    delete: { summary: 'Deletes groups, with their offsets.', command: remove },
  },
}
