/** Who changes topics and connectors at a start tells of them here, before they are changed. */
import { type Difference, differenceOf } from './differences.ts'
import { connectorThing, type Says, topicThing } from './things.ts'

export type Tell = (difference: Difference) => void

interface Topic {
  readonly partitions?: number | undefined
  readonly config?: Says | undefined
}

export function tellTopic(tell: Tell) {
  return (name: string, wanted: Topic, there: Topic | undefined) => {
    const thing = there && topicThing(name, there)
    const difference = differenceOf(topicThing(name, wanted), thing)
    if (difference !== undefined) tell(difference)
  }
}

/** Without `wanted` it goes. */
export function tellConnector(tell: Tell) {
  return (name: string, there: Says | undefined, wanted: Says | undefined) => {
    const before = there && connectorThing(name, there)
    if (wanted !== undefined) {
      const difference = differenceOf(connectorThing(name, wanted), before)
      if (difference !== undefined) tell(difference)
    } else if (before !== undefined) {
      tell({ action: 'remove', kind: before.kind, name, changes: [] })
    }
  }
}
