import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Choice, TextField } from '../../parts/fields.tsx'
import { useBroker } from '../../state/cluster.ts'
import { go, to } from '../../state/place.ts'
import { consumeLine } from '../../text/command-lines.ts'
import { addressOf, limits, type Reading } from '../../text/reading.ts'
import { localInput } from '../../text/times.ts'
import type { Topic } from './answers.ts'

const kinds = [
  ['newest', 'Newest'],
  ['start', 'From the start'],
  ['offset', 'From an offset'],
  ['time', 'From a time'],
  ['live', 'Live, as they come'],
] as const

type Kind = (typeof kinds)[number][0]

/** Which records are shown; what it says becomes the address. */
export function ReadingForm({
  topic: { name, partitions },
  reading,
}: {
  readonly topic: Topic
  readonly reading: Reading
}) {
  const [kind, setKind] = useState(kindOf(reading))
  const [offset, setOffset] = useState(kindOf(reading) === 'offset' ? reading.from : '0')
  const [time, setTime] = useState(timeOf(reading))
  const [partition, setPartition] = useState(reading.partition?.toString() ?? '')
  const [filter, setFilter] = useState(reading.filter)
  const [text, setText] = useState(reading.text)
  const [limit, setLimit] = useState(String(reading.limit))
  const broker = useBroker()
  const wanted: Reading = {
    from: kind === 'live' ? 'newest' : fromOf(kind, offset, time),
    partition: partition === '' ? undefined : Number(partition),
    ...{ filter, limit: Number(limit), live: kind === 'live' },
    text: kind === 'live' ? '' : text,
  }
  const show = (one: Reading) => go(to('topics', name) + addressOf(one))
  const choices = partitions.map(({ partition: one }) => [`${one}`, `${one}`] as const)
  return (
    <form
      class="tools reading"
      onSubmit={(event) => {
        event.preventDefault()
        show(wanted)
      }}
    >
      <Choice
        label="Show"
        value={kind}
        options={kinds}
        onInput={(value) => {
          setKind(value as Kind)
          // These need no more to be said.
          const from = value === 'start' ? 'start' : 'newest'
          if (value === 'newest' || value === 'start' || value === 'live') {
            show({ ...wanted, from, live: value === 'live' })
          }
        }}
      />
      {kind === 'offset' && (
        <TextField label="Offset" type="number" value={offset} onInput={setOffset} />
      )}
      {kind === 'time' && (
        <TextField label="Time" type="datetime-local" value={time} onInput={setTime} />
      )}
      <Choice
        label="Partition"
        value={partition}
        onInput={setPartition}
        options={[['', 'All'], ...choices]}
      />
      <TextField
        label="Filter (CEL)"
        value={filter}
        onInput={setFilter}
        isCode
        placeholder="value.temperature > 50"
      />
      {kind !== 'live' && <TextField label="With the text" value={text} onInput={setText} />}
      {kind !== 'live' && (
        <Choice
          label="At most"
          value={limit}
          onInput={setLimit}
          options={limits.map((one) => [`${one}`, `${one}`] as const)}
        />
      )}
      <Button submits kind="main">
        Show
      </Button>
      <Copy label="Copy as a command" text={consumeLine(name, wanted, broker)} />
    </form>
  )
}

function kindOf({ from, live }: Reading): Kind {
  if (live) return 'live'
  if (from === 'newest' || from === 'start') return from
  return from.startsWith('@') ? 'time' : 'offset'
}

function timeOf(reading: Reading): string {
  const anHourAgo = Date.now() - 3_600_000
  return localInput(kindOf(reading) === 'time' ? Number(reading.from.slice(1)) : anHourAgo)
}

function fromOf(kind: Kind, offset: string, time: string): string {
  if (kind === 'offset') return offset || '0'
  if (kind === 'time') return `@${new Date(time).getTime() || 0}`
  return kind
}
