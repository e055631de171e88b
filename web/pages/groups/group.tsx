import { useState } from 'preact/hooks'
import { Answered } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { DeleteDialog } from '../../parts/delete-dialog.tsx'
import { Empty } from '../../parts/notice.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { State } from '../../parts/state.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useAnswer } from '../../state/answers.ts'
import { ask, pathOf } from '../../state/api.ts'
import { go, place, to } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import { count } from '../../text/numbers.ts'
import type { Group, Member, Position } from './answers.ts'
import { ResetPositions } from './reset-positions.tsx'

const everyMs = 3_000

const memberColumns: readonly Column<Member>[] = [
  { name: 'Client', cell: ({ clientId }) => clientId, by: ({ clientId }) => clientId },
  { name: 'Host', isExtra: true, cell: ({ host }) => host },
  {
    name: 'Reads',
    cell: ({ assignment }) =>
      assignment.map(({ topic, partitions }) => `${topic} [${partitions.join(', ')}]`).join(', ') ||
      'nothing',
  },
  { name: 'Member', isExtra: true, cell: ({ id }) => <code class="cut">{id}</code> },
]

const positionColumns: readonly Column<Position>[] = [
  {
    name: 'Topic',
    cell: ({ topic }) => <a href={to('topics', topic)}>{topic}</a>,
    by: ({ topic }) => topic,
  },
  {
    ...{ name: 'Partition', isNumber: true },
    cell: ({ partition }) => partition,
    by: ({ partition }) => partition,
  },
  { name: 'Position', isNumber: true, cell: ({ committed }) => count(committed) },
  {
    ...{ name: 'End', isNumber: true, isExtra: true },
    cell: ({ end }) => (end === null ? '–' : count(end)),
  },
  {
    ...{ name: 'Lag', isNumber: true },
    cell: ({ lag }) => (lag === null ? '–' : count(lag)),
    by: ({ lag }) => (lag === null ? -1n : BigInt(lag)),
  },
]

/** A group: who is in it, how far it is, and moving it. */
export function GroupPage() {
  const [, name = ''] = place.value
  const answer = useAnswer<Group>(pathOf('groups', name), everyMs)
  const [open, setOpen] = useState<'reset' | 'delete'>()
  const close = () => {
    setOpen(undefined)
    answer.reload()
  }
  return (
    <Page
      title={name}
      above={<a href="/groups">Groups</a>}
      actions={
        mayChange.value &&
        answer.data && (
          <>
            <Button onClick={() => setOpen('delete')}>Delete</Button>
            <Button kind="main" onClick={() => setOpen('reset')}>
              Move positions
            </Button>
          </>
        )
      }
    >
      <Answered answer={answer}>{(group) => <Insides group={group} />}</Answered>
      {open === 'reset' && answer.data && <ResetPositions group={answer.data} onClose={close} />}
      {open === 'delete' && (
        <DeleteDialog
          what="group"
          name={name}
          act={() => ask('DELETE', pathOf('groups', name))}
          onClose={close}
          onDone={() => go('/groups')}
        >
          How far it is in its topics is forgotten. A group with members cannot be deleted.
        </DeleteDialog>
      )}
    </Page>
  )
}

function Insides({ group: { state, protocol, members, offsets } }: { readonly group: Group }) {
  const lag = offsets.reduce((sum, one) => sum + BigInt(one.lag ?? 0), 0n)
  return (
    <>
      <dl class="parts">
        <div>
          <dt>State</dt>
          <dd>
            <State state={state} />
          </dd>
        </div>
        <div>
          <dt>Lag</dt>
          <dd>{count(lag)}</dd>
        </div>
        <div>
          <dt>Shared by</dt>
          <dd>{protocol || '–'}</dd>
        </div>
      </dl>
      <Section title="Positions">
        {offsets.length > 0 ? (
          <Table
            label="Positions"
            columns={positionColumns}
            rows={offsets}
            keyOf={({ topic, partition }) => `${topic} ${partition}`}
          />
        ) : (
          <Empty title="It has committed no position yet." />
        )}
      </Section>
      <Section title="Members">
        {members.length > 0 ? (
          <Table label="Members" columns={memberColumns} rows={members} keyOf={({ id }) => id} />
        ) : (
          <Empty title="Nobody reads as this group at the moment." />
        )}
      </Section>
    </>
  )
}
