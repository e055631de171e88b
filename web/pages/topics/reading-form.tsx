import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { Copy } from '../../parts/copy.tsx'
import { Choice, TextField } from '../../parts/fields.tsx'
import { pathOf } from '../../state/api.ts'
import { useBroker } from '../../state/cluster.ts'
import { consumeLine } from '../../text/command-lines.ts'
import { downloadOf, limits, type Reading } from '../../text/reading.ts'
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

interface ReadingFormProps {
  readonly topic: Topic
  readonly reading: Reading
  readonly onShow: (reading: Reading) => void
}

/** Which records are shown: what stands in the address, until something else is asked for. */
export function ReadingForm({ topic: { name, partitions }, reading, onShow }: ReadingFormProps) {
  const [draft, setDraft] = useState(() => draftOf(reading))
  const broker = useBroker()
  const asked = JSON.stringify(reading)
  useEffect(() => setDraft(draftOf(JSON.parse(asked))), [asked])
  const change = (some: Partial<Draft>) => setDraft({ ...draft, ...some })
  const { kind } = draft
  const choices = partitions.map(({ partition }) => [`${partition}`, `${partition}`] as const)
  return (
    <form
      class="tools reading"
      onSubmit={(event) => {
        event.preventDefault()
        onShow(wantedBy(draft))
      }}
    >
      <Choice
        label="Show"
        value={kind}
        options={kinds}
        onInput={(value) => {
          const changed = { ...draft, kind: value as Kind }
          setDraft(changed)
          if (needsNoMore(changed.kind)) onShow(wantedBy(changed))
        }}
      />
      {kind === 'offset' && (
        <TextField
          label="Offset"
          type="number"
          value={draft.offset}
          onInput={(offset) => change({ offset })}
        />
      )}
      {kind === 'time' && (
        <TextField
          label="Time"
          type="datetime-local"
          value={draft.time}
          onInput={(time) => change({ time })}
        />
      )}
      <Choice
        label="Partition"
        value={draft.partition}
        onInput={(partition) => change({ partition })}
        options={[['', 'All'], ...choices]}
      />
      <TextField
        label="Filter (CEL)"
        value={draft.filter}
        onInput={(filter) => change({ filter })}
        isCode
        placeholder="value.temperature > 50"
      />
      {kind !== 'live' && (
        <>
          <TextField
            label="With the text"
            value={draft.text}
            onInput={(text) => change({ text })}
          />
          <Choice
            label="At once"
            value={draft.limit}
            onInput={(limit) => change({ limit })}
            options={limits.map((one) => [`${one}`, `${one}`] as const)}
          />
        </>
      )}
      <Button submits kind="main">
        Show
      </Button>
      <a
        class="button quiet"
        href={`${pathOf('topics', name, 'records')}?${downloadOf(wantedBy(draft))}`}
        download={`${name}.ndjson`}
      >
        Download
      </a>
      <Copy label="Copy as a command" text={consumeLine(name, wantedBy(draft), broker)} />
    </form>
  )
}

/** As it stands in the fields. */
interface Draft {
  readonly kind: Kind
  readonly offset: string
  readonly time: string
  readonly partition: string
  readonly filter: string
  readonly text: string
  readonly limit: string
}

const anHourMs = 3_600_000

function draftOf({ from, live, partition, filter, text, limit }: Reading): Draft {
  const kind = kindOf(from, live)
  return {
    kind,
    offset: kind === 'offset' ? from : '0',
    time: localInput(kind === 'time' ? Number(from.slice(1)) : Date.now() - anHourMs),
    partition: partition === undefined ? '' : String(partition),
    ...{ filter, text, limit: String(limit) },
  }
}

function wantedBy({ kind, offset, time, partition, filter, text, limit }: Draft): Reading {
  return {
    from: fromOf(kind, offset, time),
    partition: partition === '' ? undefined : Number(partition),
    ...{ filter, limit: Number(limit), live: kind === 'live' },
    text: kind === 'live' ? '' : text,
  }
}

function kindOf(from: string, live: boolean): Kind {
  if (live) return 'live'
  if (from === 'newest' || from === 'start') return from
  return from.startsWith('@') ? 'time' : 'offset'
}

function fromOf(kind: Kind, offset: string, time: string): string {
  if (kind === 'offset') return offset || '0'
  if (kind === 'time') return `@${new Date(time).getTime() || 0}`
  return kind === 'live' ? 'newest' : kind
}

function needsNoMore(kind: Kind): boolean {
  return kind !== 'offset' && kind !== 'time'
}
