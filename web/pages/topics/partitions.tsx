import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { DialogForm } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/fields.tsx'
import { State } from '../../parts/state.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { to } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import { bytes, count } from '../../text/numbers.ts'
import type { Partition, Topic } from './answers.ts'

const columnsOf = ({ name, partitions }: Topic): Column<Partition>[] => {
  const columns: Column<Partition>[] = [
    {
      ...{ name: 'Partition', isNumber: true },
      cell: ({ partition }) => (
        <a href={`${to('topics', name)}?partition=${partition}`}>{partition}</a>
      ),
      by: ({ partition }) => partition,
    },
    {
      ...{ name: 'Leader', isNumber: true, isExtra: true },
      cell: ({ leader }) => (leader < 0 ? <State state="none" /> : leader),
      by: ({ leader }) => leader,
    },
    {
      ...{ name: 'Start', isNumber: true },
      cell: ({ start }) => (start === null ? '–' : count(start)),
      by: ({ start }) => BigInt(start ?? -1),
    },
    {
      ...{ name: 'End', isNumber: true },
      cell: ({ end }) => (end === null ? '–' : count(end)),
      by: ({ end }) => BigInt(end ?? -1),
    },
    {
      ...{ name: 'Between', isNumber: true },
      cell: (partition) => count(between(partition)),
      by: between,
    },
    {
      ...{ name: 'Size', isNumber: true, isExtra: true },
      cell: (row) => (row.bytes === null ? '–' : bytes(row.bytes)),
      by: (row) => row.bytes ?? -1,
    },
  ]
  const isCopied = partitions.some(({ replicas }) => replicas.length > 1)
  if (!isCopied) return columns
  const copies: Column<Partition> = {
    ...{ name: 'In sync', isNumber: true, isExtra: true },
    cell: ({ inSync, replicas }) => `${inSync.length} of ${replicas.length}`,
    by: ({ inSync, replicas }) => inSync.length - replicas.length,
  }
  return columns.toSpliced(2, 0, copies)
}

function between({ start, end }: Partition): bigint {
  return BigInt(end ?? 0) - BigInt(start ?? 0)
}

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
        columns={columnsOf(topic)}
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
