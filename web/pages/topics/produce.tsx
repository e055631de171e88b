import { useState } from 'preact/hooks'
import { DialogForm } from '../../parts/dialog.tsx'
import { Choice, TextArea, TextField } from '../../parts/fields.tsx'
import { Notice } from '../../parts/notice.tsx'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { to } from '../../state/place.ts'
import { type Draft, emptyDraft, type Format, requestOf } from './new-record.ts'

const formats = [
  ['text', 'Text'],
  ['json', 'JSON'],
  ['base64', 'Bytes (base64)'],
  ['null', 'Nothing (null)'],
] as const

interface ProduceProps {
  readonly topic: string
  readonly partitions: number
  /** What it begins with. */
  readonly from?: Draft
  readonly onClose: () => void
}

/** Writes a record, and stays for the next one. */
export function Produce({ topic, partitions, from = emptyDraft, onClose }: ProduceProps) {
  const [draft, setDraft] = useState(from)
  const [written, setWritten] = useState<{ partition: number; offset: string }>()
  const deed = useDeed()
  const change = (some: Partial<Draft>) => setDraft({ ...draft, ...some })
  const produce = async () => {
    setWritten(undefined)
    await deed.run(async () => {
      setWritten(await ask('POST', pathOf('topics', topic, 'records'), requestOf(draft)))
    })
  }
  const choices = Array.from({ length: partitions }, (_, one) => [`${one}`, `${one}`] as const)
  return (
    <DialogForm
      title={`Produce to ${topic}`}
      isWide
      deed={deed}
      verb="Produce"
      onClose={onClose}
      onSubmit={() => void produce()}
    >
      <div class="columns">
        <Choice
          label="Key"
          value={draft.keyFormat}
          onInput={(format) => change({ keyFormat: format as Format })}
          options={formats}
        />
        <Choice
          label="Partition"
          value={draft.partition}
          onInput={(partition) => change({ partition })}
          options={[['', 'By the key'], ...choices]}
        />
      </div>
      {draft.keyFormat !== 'null' && (
        <TextField
          label="The key"
          isBare
          value={draft.key}
          onInput={(key) => change({ key })}
          isCode
        />
      )}
      <Choice
        label="Value"
        value={draft.valueFormat}
        onInput={(format) => change({ valueFormat: format as Format })}
        options={formats}
      />
      {draft.valueFormat !== 'null' && (
        <TextArea
          label="The value"
          value={draft.value}
          onInput={(value) => change({ value })}
          rows={8}
        />
      )}
      <TextArea
        label="Headers"
        rows={2}
        value={draft.headers}
        onInput={(headers) => change({ headers })}
        about="One a line, such as source=console."
      />
      {written && <Written topic={topic} {...written} onClose={onClose} />}
    </DialogForm>
  )
}

interface WrittenProps {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly onClose: () => void
}

function Written({ topic, partition, offset, onClose }: WrittenProps) {
  return (
    <Notice kind="good">
      <p>
        It is stored as{' '}
        <a href={`${to('topics', topic)}?partition=${partition}&from=${offset}`} onClick={onClose}>
          offset {offset} of partition {partition}
        </a>
        .
      </p>
    </Notice>
  )
}
