import { useState } from 'preact/hooks'
import { Answered } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { found, SearchBox } from '../../parts/search-box.tsx'
import { State } from '../../parts/state.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useAnswer } from '../../state/answers.ts'
import { to } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import type { Connectors } from './answers.ts'
import { EditConnector } from './edit-connector.tsx'

const everyMs = 3_000

type Row = Connectors[string] & { readonly name: string }

const columns: readonly Column<Row>[] = [
  {
    name: 'Connector',
    cell: ({ name }) => <a href={to('connectors', name)}>{name}</a>,
    by: ({ name }) => name,
  },
  {
    name: 'State',
    cell: ({ status }) => <State state={status?.connector.state ?? 'UNASSIGNED'} />,
    by: ({ status }) => status?.connector.state ?? '',
  },
  { name: 'Tasks', cell: ({ status }) => <Tasks status={status} /> },
  {
    ...{ name: 'Type', isExtra: true },
    cell: ({ status }) => status?.type ?? '–',
    by: ({ status }) => status?.type ?? '',
  },
  {
    ...{ name: 'Class', isExtra: true },
    cell: ({ info }) => <code>{info?.config['connector.class'] ?? '–'}</code>,
    by: ({ info }) => info?.config['connector.class'] ?? '',
  },
]

/** How many tasks are in which state. */
function Tasks({ status }: Pick<Row, 'status'>) {
  const states = Map.groupBy(status?.tasks ?? [], ({ state }) => state)
  if (states.size === 0) return <>–</>
  return (
    <>
      {[...states].map(([state, tasks]) => (
        <span key={state} class="task-count">
          {tasks.length} <State state={state} />
        </span>
      ))}
    </>
  )
}

export function ConnectorsPage() {
  const path = '/api/connect/connectors?expand=status&expand=info'
  const answer = useAnswer<Connectors>(path, everyMs)
  const [isCreating, setCreating] = useState(false)
  return (
    <Page
      title="Connectors"
      actions={
        mayChange.value && (
          <Button kind="main" onClick={() => setCreating(true)}>
            Create connector
          </Button>
        )
      }
    >
      <div class="tools">
        <SearchBox label="Search connectors" />
      </div>
      <Answered answer={answer}>
        {(connectors) => {
          const all = Object.entries(connectors).map(([name, one]) => ({ name, ...one }))
          const rows = found(all, ({ name }) => name)
          if (rows.length > 0) {
            return (
              <Table label="Connectors" columns={columns} rows={rows} keyOf={({ name }) => name} />
            )
          }
          if (all.length > 0) return <Empty title="No connector has this in its name." />
          return (
            <Empty title="There is no connector yet." command="leat connectors create to-file.yml">
              <p>
                A connector brings records to a database, a lake or a file, or fetches them from
                there. Describe one in a file:
              </p>
            </Empty>
          )
        }}
      </Answered>
      {isCreating && <EditConnector onClose={() => setCreating(false)} />}
    </Page>
  )
}
