import { Empty } from '../../parts/notice.tsx'
import { State } from '../../parts/state.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useBroker } from '../../state/cluster.ts'
import { to } from '../../state/place.ts'
import { atBroker, commandLine } from '../../text/command-lines.ts'
import { count } from '../../text/numbers.ts'
import type { Topic } from './answers.ts'

const columns: readonly Column<Topic['groups'][number]>[] = [
  {
    name: 'Group',
    cell: ({ group }) => <a href={to('groups', group)}>{group}</a>,
    by: ({ group }) => group,
  },
  { name: 'State', cell: ({ state }) => <State state={state} />, by: ({ state }) => state },
  {
    ...{ name: 'Lag', isNumber: true },
    cell: ({ lag }) => (lag === null ? '–' : count(lag)),
    by: ({ lag }) => (lag === null ? -1n : BigInt(lag)),
  },
]

/** The groups that have positions in this topic. */
export function Readers({ topic: { name, groups } }: { readonly topic: Topic }) {
  const broker = useBroker()
  if (groups.length > 0) {
    return <Table label="Groups" columns={columns} rows={groups} keyOf={({ group }) => group} />
  }
  return (
    <Empty
      title="No group reads this topic."
      command={commandLine('leat', 'consume', name, '-g', 'dashboards', ...atBroker(broker))}
    >
      <p>A consumer with a group remembers how far it is, and shows up here:</p>
    </Empty>
  )
}
