import { Answered } from '../../parts/answered.tsx'
import { Empty } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useAnswer } from '../../state/answers.ts'
import { to } from '../../state/place.ts'
import { latest, useRates } from '../../state/rates.ts'
import { count } from '../../text/numbers.ts'
import type { PipelineRow } from './answers.ts'

const everyMs = 3_000

const columns: readonly Column<PipelineRow>[] = [
  { name: 'Pipeline', cell: ({ name }) => name, by: ({ name }) => name },
  { name: 'State', cell: ({ state }) => <State state={state} />, by: ({ state }) => state },
  { name: 'Reads', isExtra: true, cell: ({ from }) => <Topics names={from} /> },
  { name: 'Writes', isExtra: true, cell: ({ to }) => <Topics names={to} /> },
  {
    ...{ name: 'Lag', isNumber: true },
    cell: ({ group }) => <Lag group={group} />,
    by: ({ group }) => BigInt(latest.peek()?.groups[group] ?? -1),
  },
  { name: 'Read', isNumber: true, cell: ({ read }) => count(read), by: ({ read }) => read },
  {
    ...{ name: 'Written', isNumber: true },
    cell: ({ written }) => count(written),
    by: ({ written }) => written,
  },
  {
    ...{ name: 'Failed', isNumber: true },
    cell: ({ failed }) => count(failed),
    by: ({ failed }) => failed,
  },
  {
    ...{ name: 'Late', isNumber: true, isExtra: true },
    cell: ({ late }) => count(late),
    by: ({ late }) => late,
  },
]

function Topics({ names }: { readonly names: readonly string[] }) {
  return (
    <>
      {names.map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <a href={to('topics', name)}>{name}</a>
        </span>
      ))}
    </>
  )
}

/** How much it has to read still, with the way to its positions. */
function Lag({ group }: { readonly group: string }) {
  const lag = latest.value?.groups[group]
  return <a href={to('groups', group)}>{lag === undefined ? 'group' : count(lag)}</a>
}

/** The pipelines of this process; they stand in leat.yml, and are changed there. */
export function PipelinesPage() {
  useRates()
  const answer = useAnswer<PipelineRow[]>('/api/pipelines', everyMs)
  return (
    <Page title="Pipelines">
      <Answered answer={answer}>
        {(pipelines) =>
          pipelines.length === 0 ? (
            <Empty title="No pipeline runs here." command="leat pipelines list" />
          ) : (
            <>
              {pipelines.map(
                ({ name, why }) =>
                  why !== undefined && (
                    <div key={name} class="notice bad">
                      <p>
                        {name}: {why}
                      </p>
                    </div>
                  ),
              )}
              <Table
                label="Pipelines"
                columns={columns}
                rows={pipelines}
                keyOf={({ name }) => name}
              />
            </>
          )
        }
      </Answered>
    </Page>
  )
}
