import { useState } from 'preact/hooks'
import { Answered } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { DeleteDialog } from '../../parts/delete-dialog.tsx'
import { Page } from '../../parts/page.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { useAnswer } from '../../state/answers.ts'
import { ask, pathOf } from '../../state/api.ts'
import { go, place, to } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import type { Topic } from './answers.ts'
import { Configuration } from './configuration.tsx'
import { Partitions } from './partitions.tsx'
import { Produce } from './produce.tsx'
import { Readers } from './readers.tsx'
import { Records } from './records.tsx'

const everyMs = 5_000

const tabs = [
  ['Records', ''],
  ['Partitions', 'partitions'],
  ['Configuration', 'configuration'],
  ['Groups', 'groups'],
] as const

/** A topic: what is in it, how it is laid out, what it is told to be, and who reads it. */
export function TopicPage() {
  const [, name = '', tab = ''] = place.value
  const answer = useAnswer<Topic>(pathOf('topics', name), everyMs)
  const [open, setOpen] = useState<'produce' | 'delete'>()
  const close = () => setOpen(undefined)
  return (
    <Page
      title={name}
      above={<a href="/topics">Topics</a>}
      actions={
        mayChange.value && (
          <>
            <Button onClick={() => setOpen('delete')}>Delete</Button>
            <Button kind="main" onClick={() => setOpen('produce')}>
              Produce
            </Button>
          </>
        )
      }
    >
      <Tabs
        label={`Topic ${name}`}
        tabs={tabs.map(([title, path]) => ({
          name: title,
          to: path === '' ? to('topics', name) : to('topics', name, path),
          isHere: path === tab,
        }))}
      />
      <Answered answer={answer}>
        {(topic) => <TabOf tab={tab} topic={topic} onChange={answer.reload} />}
      </Answered>
      {open === 'produce' && (
        <Produce topic={name} partitions={answer.data?.partitions.length ?? 0} onClose={close} />
      )}
      {open === 'delete' && (
        <DeleteDialog
          what="topic"
          name={name}
          act={() => ask('DELETE', pathOf('topics', name))}
          onClose={close}
          onDone={() => go('/topics')}
        >
          Its records are deleted with it, and cannot be had back.
        </DeleteDialog>
      )}
    </Page>
  )
}

function TabOf({
  tab,
  topic,
  onChange,
}: {
  readonly tab: string
  readonly topic: Topic
  readonly onChange: () => void
}) {
  switch (tab) {
    case 'partitions':
      return <Partitions topic={topic} onChange={onChange} />
    case 'configuration':
      return <Configuration topic={topic.name} />
    case 'groups':
      return <Readers topic={topic} />
    default:
      return <Records topic={topic} />
  }
}
