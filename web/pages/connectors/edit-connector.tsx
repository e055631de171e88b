import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { DialogForm } from '../../parts/dialog.tsx'
import { TextArea, TextField } from '../../parts/fields.tsx'
import { Notice } from '../../parts/notice.tsx'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { go, to } from '../../state/place.ts'
import type { Config } from './answers.ts'
import { configIn, objectionsIn, type Validation } from './config-text.ts'

const example: Config = {
  'connector.class': 'FileStreamSink',
  topics: 'readings',
  file: '/tmp/readings.txt',
}

interface EditConnectorProps {
  /** Of one that is there. */
  readonly name?: string
  readonly config?: Config
  readonly onClose: () => void
}

/** A connector's configuration as JSON: checked by Connect, then stored. */
export function EditConnector({ name: known, config = example, onClose }: EditConnectorProps) {
  const [name, setName] = useState(known ?? '')
  const [text, setText] = useState(JSON.stringify(config, null, 2))
  const [objections, setObjections] = useState<readonly string[]>()
  const deed = useDeed()
  const check = () =>
    deed.run(async () => {
      setObjections(undefined)
      const wanted: Config = { ...configIn(text), name }
      const kind = wanted['connector.class']
      if (!kind) throw new Error('"connector.class" is missing; write which kind it is.')
      const path = pathOf('connect', 'connector-plugins', kind, 'config', 'validate')
      setObjections(objectionsIn(await ask<Validation>('PUT', path, wanted)))
    })
  const save = async () => {
    const done = await deed.run(() =>
      known === undefined
        ? // Where one of this name is there already, Connect refuses.
          ask('POST', pathOf('connect', 'connectors'), { name, config: configIn(text) })
        : ask('PUT', `${pathOf('connect', 'connectors', name)}/config`, configIn(text)),
    )
    if (!done) return
    if (known === undefined) go(to('connectors', name))
    else onClose()
  }
  return (
    <DialogForm
      title={known === undefined ? 'Create connector' : `Edit ${known}`}
      isWide
      deed={deed}
      verb={known === undefined ? 'Create' : 'Save'}
      disabled={name.trim() === ''}
      onClose={onClose}
      onSubmit={() => void save()}
      others={
        <Button kind="quiet" disabled={deed.isBusy} onClick={() => void check()}>
          Check
        </Button>
      }
    >
      {known === undefined && <TextField label="Name" value={name} onInput={setName} isCode />}
      <TextArea
        label="Configuration (JSON)"
        rows={14}
        value={text}
        onInput={setText}
        about="Kafka Connect's own keys. A secret is better written as ${env:NAME} or ${file:PATH}: what stands here can be read by whoever may see the configuration."
      />
      {objections && <Objections objections={objections} />}
    </DialogForm>
  )
}

function Objections({ objections }: { readonly objections: readonly string[] }) {
  if (objections.length === 0) {
    return (
      <Notice kind="good">
        <p>Connect has no objection.</p>
      </Notice>
    )
  }
  return (
    <Notice kind="warn">
      <ul>
        {objections.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </Notice>
  )
}
