import { useState } from 'preact/hooks'
import { Answered } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { Tick } from '../../parts/fields.tsx'
import { Empty } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { found, SearchBox } from '../../parts/search-box.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useAnswer } from '../../state/answers.ts'
import { useBroker } from '../../state/cluster.ts'
import { goWith, query, to } from '../../state/place.ts'
import { latest, useRates } from '../../state/rates.ts'
import { mayChange } from '../../state/session.ts'
import { atBroker, commandLine } from '../../text/command-lines.ts'
import { bytes, count, rate } from '../../text/numbers.ts'
import type { TopicRow } from './answers.ts'
import { CreateTopic } from './create-topic.tsx'

/** A leat with thousands of topics has more to do than to list them. */
const pace = (topics: readonly TopicRow[] = []) => Math.max(5_000, topics.length * 20)

const columns: readonly Column<TopicRow>[] = [
  {
    name: 'Topic',
    cell: ({ name }) => <a href={to('topics', name)}>{name}</a>,
    by: ({ name }) => name,
  },
  {
    ...{ name: 'Partitions', isNumber: true, isExtra: true },
    cell: ({ partitions }) => count(partitions),
    by: ({ partitions }) => partitions,
  },
  {
    ...{ name: 'Records', isNumber: true },
    cell: ({ records }) => count(records),
    by: ({ records }) => BigInt(records),
  },
  {
    ...{ name: 'Records/s', isNumber: true },
    cell: ({ name }) => <Rate topic={name} />,
    by: ({ name }) => latest.peek()?.topics[name]?.perSecond ?? 0,
  },
  {
    ...{ name: 'Size', isNumber: true, isExtra: true },
    cell: (row) => (row.bytes === null ? '–' : bytes(row.bytes)),
    by: (row) => row.bytes ?? -1,
  },
  {
    ...{ name: 'Cleanup', isExtra: true },
    cell: ({ cleanupPolicy }) => cleanupPolicy ?? '–',
    by: ({ cleanupPolicy }) => cleanupPolicy ?? '',
  },
]

/** Its own component, so that a new figure changes no more than itself. */
function Rate({ topic }: { readonly topic: string }) {
  const { perSecond } = latest.value?.topics[topic] ?? {}
  return <>{perSecond === undefined ? '–' : rate(perSecond)}</>
}

export function TopicsPage() {
  useRates()
  const answer = useAnswer<TopicRow[]>('/api/topics', pace)
  const broker = useBroker()
  const [isCreating, setCreating] = useState(false)
  const showsInternal = query.value.has('internal')
  return (
    <Page
      title="Topics"
      actions={
        mayChange.value && (
          <Button kind="main" onClick={() => setCreating(true)}>
            Create topic
          </Button>
        )
      }
    >
      <div class="tools">
        <SearchBox label="Search topics" />
        <Tick
          label="Internal topics"
          value={showsInternal}
          onChange={(internal) => goWith({ internal: internal ? '1' : undefined })}
        />
      </div>
      <Answered answer={answer}>
        {(topics) => {
          const shown = topics.filter(({ isInternal }) => showsInternal || !isInternal)
          const rows = found(shown, ({ name }) => name)
          if (rows.length > 0) {
            return <Table label="Topics" columns={columns} rows={rows} keyOf={({ name }) => name} />
          }
          if (shown.length > 0) return <Empty title="No topic has this in its name." />
          return (
            <Empty
              title="There is no topic yet."
              command={commandLine('leat', 'topics', 'create', 'readings', ...atBroker(broker))}
            >
              <p>A topic is made when something is first written to it, or by hand:</p>
            </Empty>
          )
        }}
      </Answered>
      {isCreating && <CreateTopic onClose={() => setCreating(false)} />}
    </Page>
  )
}
