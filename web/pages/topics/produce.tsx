import { useState } from 'preact/hooks'
import { DialogForm } from '../../parts/dialog.tsx'
import { Choice, TextArea, TextField } from '../../parts/fields.tsx'
import { Notice } from '../../parts/notice.tsx'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { to } from '../../state/place.ts'
import { pairListIn } from '../../text/pairs.ts'

const formats = [
  ['text', 'Text'],
  ['json', 'JSON'],
  ['base64', 'Bytes (base64)'],
  ['null', 'Nothing (null)'],
] as const

interface ProduceProps {
  readonly topic: string
  readonly partitions: number
  readonly onClose: () => void
}

/** Writes a record, and stays for the next one. */
export function Produce({ topic, partitions, onClose }: ProduceProps) {
  const [key, setKey] = useState('')
  const [keyFormat, setKeyFormat] = useState('null')
  const [value, setValue] = useState('')
  const [valueFormat, setValueFormat] = useState('text')
  const [headers, setHeaders] = useState('')
  const [partition, setPartition] = useState('')
  const [written, setWritten] = useState<{ partition: number; offset: string }>()
  const deed = useDeed()
  const produce = async () => {
    setWritten(undefined)
    await deed.run(async () => {
      const record = {
        ...{ keyFormat, valueFormat, headers: pairListIn(headers) },
        ...(keyFormat !== 'null' && { key }),
        value: valueFormat === 'null' ? null : value,
        ...(partition !== '' && { partition: Number(partition) }),
      }
      setWritten(await ask('POST', pathOf('topics', topic, 'records'), record))
    })
  }
  const choices = Array.from(
    { length: partitions },
    (_, index) => [`${index}`, `${index}`] as const,
  )
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
        <Choice label="Key" value={keyFormat} onInput={setKeyFormat} options={formats} />
        <Choice
          label="Partition"
          value={partition}
          onInput={setPartition}
          options={[['', 'By the key'], ...choices]}
        />
      </div>
      {keyFormat !== 'null' && (
        <TextField label="The key" isBare value={key} onInput={setKey} isCode />
      )}
      <Choice label="Value" value={valueFormat} onInput={setValueFormat} options={formats} />
      {valueFormat !== 'null' && (
        <TextArea label="The value" value={value} onInput={setValue} rows={8} />
      )}
      <TextArea
        label="Headers"
        rows={2}
        value={headers}
        onInput={setHeaders}
        about="One a line, such as source=console."
      />
      {written && (
        <Notice kind="good">
          <p>
            It is stored as{' '}
            <a
              href={`${to('topics', topic)}?partition=${written.partition}&from=${written.offset}`}
              onClick={onClose}
            >
              offset {written.offset} of partition {written.partition}
            </a>
            .
          </p>
        </Notice>
      )}
    </DialogForm>
  )
}
