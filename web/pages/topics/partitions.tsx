import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { DialogForm } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/fields.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { to } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import { bytes, count } from '../../text/numbers.ts'
import type { Partition, Topic } from './answers.ts'

const columnsOf = (topic: string): readonly Column<Partition>[] => [
  {
    ...{ name: 'Partition', isNumber: true },
    cell: ({ partition }) => (
      <a href={`${to('topics', topic)}?partition=${partition}`}>{partition}</a>
    ),
    by: ({ partition }) => partition,
  },
  { name: 'Leader', isNumber: true, isExtra: true, cell: ({ leader }) => leader },
  {
    ...{ name: 'Start', isNumber: true },
    cell: ({ start }) => count(start),
    by: ({ start }) => BigInt(start),
  },
  { name: 'End', isNumber: true, cell: ({ end }) => count(end), by: ({ end }) => BigInt(end) },
  {
    ...{ name: 'Between', isNumber: true },
    cell: ({ start, end }) => count(BigInt(end) - BigInt(start)),
    by: ({ start, end }) => BigInt(end) - BigInt(start),
  },
  {
    ...{ name: 'Size', isNumber: true, isExtra: true },
    cell: (row) => (row.bytes === null ? '–' : bytes(row.bytes)),
    by: (row) => row.bytes ?? -1,
  },
]

export function Partitions({
  topic,
  onChange,
}: {
  readonly topic: Topic
  readonly onChange: () => void
}) {
  const [isAdding, setAdding] = useState(false)
  const close = () => {
    setAdding(false)
    onChange()
  }
  return (
    <>
      {mayChange.value && (
        <div class="tools">
          <Button onClick={() => setAdding(true)}>Add partitions</Button>
        </div>
      )}
      <Table
        label="Partitions"
        columns={columnsOf(topic.name)}
        rows={topic.partitions}
        keyOf={({ partition }) => String(partition)}
      />
      {isAdding && <AddPartitions topic={topic} onClose={close} />}
    </>
  )
}

function AddPartitions({
  topic: { name, partitions },
  onClose,
}: {
  readonly topic: Topic
  readonly onClose: () => void
}) {
  const [wanted, setWanted] = useState(String(partitions.length + 1))
  const deed = useDeed()
  const add = async () => {
    const request = { count: Number(wanted) }
    if (await deed.run(() => ask('POST', pathOf('topics', name, 'partitions'), request))) onClose()
  }
  return (
    <DialogForm
      title="Add partitions"
      deed={deed}
      verb="Add"
      disabled={!(Number(wanted) > partitions.length)}
      onClose={onClose}
      onSubmit={() => void add()}
    >
      <TextField
        label="Partitions then"
        type="number"
        value={wanted}
        onInput={setWanted}
        about={`It has ${partitions.length} now. Keys may fall into other partitions than before, and partitions cannot be taken away.`}
      />
    </DialogForm>
  )
}
