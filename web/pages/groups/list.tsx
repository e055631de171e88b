import { Answered } from '../../parts/answered.tsx'
import { Empty } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { found, SearchBox } from '../../parts/search-box.tsx'
import { State } from '../../parts/state.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useAnswer } from '../../state/answers.ts'
import { useBroker } from '../../state/cluster.ts'
import { to } from '../../state/place.ts'
import { atBroker, commandLine } from '../../text/command-lines.ts'
import { count } from '../../text/numbers.ts'
import type { GroupRow } from './answers.ts'

const everyMs = 3_000

const columns: readonly Column<GroupRow>[] = [
  {
    name: 'Group',
    cell: ({ group }) => <a href={to('groups', group)}>{group}</a>,
    by: ({ group }) => group,
  },
  { name: 'State', cell: ({ state }) => <State state={state} />, by: ({ state }) => state },
  {
    ...{ name: 'Members', isNumber: true, isExtra: true },
    cell: ({ members }) => count(members),
    by: ({ members }) => members,
  },
  {
    ...{ name: 'Lag', isNumber: true },
    cell: ({ lag }) => (lag === null ? '–' : count(lag)),
    by: ({ lag }) => (lag === null ? -1n : BigInt(lag)),
  },
  { name: 'Kind', isExtra: true, cell: ({ protocolType }) => protocolType || '–' },
]

export function GroupsPage() {
  const answer = useAnswer<GroupRow[]>('/api/groups', everyMs)
  const broker = useBroker()
  return (
    <Page title="Groups">
      <div class="tools">
        <SearchBox label="Search groups" />
      </div>
      <Answered answer={answer}>
        {(groups) => {
          const rows = found(groups, ({ group }) => group)
          if (rows.length > 0) {
            return (
              <Table label="Groups" columns={columns} rows={rows} keyOf={({ group }) => group} />
            )
          }
          if (groups.length > 0) return <Empty title="No group has this in its name." />
          const line = ['leat', 'consume', 'readings', '-g', 'dashboards', ...atBroker(broker)]
          return (
            <Empty title="There is no group yet." command={commandLine(...line)}>
              <p>
                Consumers that share their work, and remember how far they are, are a group. Begin
                one:
              </p>
            </Empty>
          )
        }}
      </Answered>
    </Page>
  )
}
