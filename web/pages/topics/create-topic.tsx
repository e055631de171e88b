import { useState } from 'preact/hooks'
import { DialogForm } from '../../parts/dialog.tsx'
import { TextArea, TextField } from '../../parts/fields.tsx'
import { ask } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { go, to } from '../../state/place.ts'
import { pairsIn } from '../../text/pairs.ts'

export function CreateTopic({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [partitions, setPartitions] = useState('1')
  const [configs, setConfigs] = useState('')
  const deed = useDeed()
  const create = async () => {
    const done = await deed.run(async () => {
      const topic = { name, partitions: Number(partitions), configs: pairsIn(configs) }
      await ask('POST', '/api/topics', topic)
    })
    if (done) go(to('topics', name))
  }
  return (
    <DialogForm
      title="Create topic"
      deed={deed}
      verb="Create"
      disabled={name === '' || !(Number(partitions) >= 1)}
      onClose={onClose}
      onSubmit={() => void create()}
    >
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        isCode
        about="Letters, digits, dots, underscores and dashes."
      />
      <TextField
        label="Partitions"
        type="number"
        value={partitions}
        onInput={setPartitions}
        about="As many consumers of a group can read at once. They can be added to, not taken away."
      />
      <TextArea
        label="Configuration"
        rows={4}
        value={configs}
        onInput={setConfigs}
        about="One a line, such as retention.ms=604800000 or cleanup.policy=compact. All others are the broker's."
      />
    </DialogForm>
  )
}
