import { useState } from 'preact/hooks'
import { DialogForm } from '../../parts/dialog.tsx'
import { Choice, TextField } from '../../parts/fields.tsx'
import { Notice } from '../../parts/notice.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { count, counted } from '../../text/numbers.ts'
import { localInput } from '../../text/times.ts'
import type { Group, Move } from './answers.ts'

const targets = [
  ['start', 'The start'],
  ['end', 'The end'],
  ['offset', 'An offset'],
  ['time', 'A time'],
] as const

const columns: readonly Column<Move>[] = [
  { ...{ name: 'Partition', isNumber: true }, cell: ({ partition }) => partition },
  {
    ...{ name: 'From', isNumber: true },
    cell: ({ from }) => (from === null ? '–' : count(from)),
  },
  { ...{ name: 'To', isNumber: true }, cell: ({ to }) => count(to) },
]

/** Moves a group's positions in a topic: first what would change is shown, then it is done. */
export function ResetPositions({
  group: { group, members, offsets },
  onClose,
}: {
  readonly group: Group
  readonly onClose: () => void
}) {
  const topics = [...new Set(offsets.map(({ topic }) => topic))]
  const [topic, setTopic] = useState(topics[0] ?? '')
  const [target, setTarget] = useState('start')
  const [offset, setOffset] = useState('0')
  const [time, setTime] = useState(() => localInput(Date.now() - 3_600_000))
  const [moves, setMoves] = useState<readonly Move[]>()
  const deed = useDeed()
  const reset = (dryRun: boolean) => {
    const to = targetOf(target, offset, time)
    return ask<Move[]>('POST', pathOf('groups', group, 'offsets'), { topic, to, dryRun })
  }
  const tryOut = () => deed.run(async () => setMoves(await reset(true)))
  const move = async () => {
    if (await deed.run(() => reset(false))) onClose()
  }
  /** What was shown is no longer what would happen. */
  const changing = (set: (value: string) => void) => (value: string) => {
    setMoves(undefined)
    set(value)
  }
  return (
    <DialogForm
      title={`Move the positions of ${group}`}
      isWide
      deed={deed}
      verb={moves === undefined ? 'Show what would change' : 'Move'}
      disabled={topic === ''}
      onClose={onClose}
      onSubmit={() => void (moves === undefined ? tryOut() : move())}
    >
      {members.length > 0 && (
        <Notice kind="warn">
          <p>
            The group has {counted(members.length, 'member')}. Its positions can be moved once
            nobody reads as this group.
          </p>
        </Notice>
      )}
      <div class="columns">
        {topics.length > 0 ? (
          <Choice
            label="In the topic"
            value={topic}
            onInput={changing(setTopic)}
            options={topics.map((one) => [one, one] as const)}
          />
        ) : (
          <TextField label="In the topic" value={topic} onInput={changing(setTopic)} isCode />
        )}
        <Choice label="To" value={target} onInput={changing(setTarget)} options={targets} />
        {target === 'offset' && (
          <TextField label="Offset" type="number" value={offset} onInput={changing(setOffset)} />
        )}
        {target === 'time' && (
          <TextField label="Time" type="datetime-local" value={time} onInput={changing(setTime)} />
        )}
      </div>
      {moves && (
        <Table
          label="What would change"
          columns={columns}
          rows={moves}
          isWhole
          keyOf={({ partition }) => String(partition)}
        />
      )}
    </DialogForm>
  )
}

function targetOf(target: string, offset: string, time: string): string {
  if (target === 'offset') return offset || '0'
  if (target === 'time') return `@${new Date(time).getTime() || 0}`
  return target
}
