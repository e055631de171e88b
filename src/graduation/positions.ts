/** Where groups go on: set at the target, and looked at again. */
import type { KafkaClient } from '../client/index.ts'
import { groupStateOf, isFree, positionsOf, setPositions } from '../connectors/mirror/copying.ts'
import { graduationError } from './errors.ts'
import type { GroupState } from './inventory.ts'

export type Translate = (topic: string, partition: number, offset: bigint) => bigint | undefined

export interface GroupReport {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly here: bigint
  readonly there: bigint
  readonly difference: string | undefined
}

type Position = GroupState['positions'][number]

/** Sets what differs at the target, and reports what stands there afterwards. */
export async function carryPositions(
  target: KafkaClient,
  groups: readonly GroupState[],
  translate: Translate,
): Promise<GroupReport[]> {
  const reports: GroupReport[] = []
  for (const { group, positions } of groups) {
    const wanted = positions.flatMap((one) => {
      const offset = translate(one.topic, one.partition, one.offset)
      return offset === undefined ? [] : [{ here: one.offset, position: { ...one, offset } }]
    })
    const changed = await changedOf(
      target,
      group,
      wanted.map(({ position }) => position),
    )
    if (changed.length > 0) {
      const { state } = await groupStateOf(target, group)
      if (!isFree(state)) throw graduationError('group-in-use', { group })
      await setPositions(target, group, changed)
    }
    const differs = new Set((await changedOf(target, group, changed)).map(placeOf))
    for (const { here, position } of wanted) {
      const { topic, partition, offset: there } = position
      const difference = differs.has(placeOf(position)) ? 'the target has another' : undefined
      reports.push({ group, topic, partition, here, there, difference })
    }
  }
  return reports
}

async function changedOf(
  target: KafkaClient,
  group: string,
  wanted: readonly Position[],
): Promise<Position[]> {
  if (wanted.length === 0) return []
  const present = new Map(
    (await positionsOf(target, group)).map((one) => [placeOf(one), one.offset]),
  )
  return wanted.filter((one) => present.get(placeOf(one)) !== one.offset)
}

function placeOf({ topic, partition }: Pick<Position, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`
}
