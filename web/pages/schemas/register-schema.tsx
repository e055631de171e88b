import { useState } from 'preact/hooks'
import { Button } from '../../parts/button.tsx'
import { DialogForm } from '../../parts/dialog.tsx'
import { Choice, TextArea, TextField } from '../../parts/fields.tsx'
import { Notice } from '../../parts/notice.tsx'
import { ask, pathOf } from '../../state/api.ts'
import { useDeed } from '../../state/deed.ts'
import { go, to } from '../../state/place.ts'
import { type SubjectVersion, schemaTypes } from './answers.ts'
import { textOf } from './versions.tsx'

interface RegisterSchemaProps {
  /** What a next version begins with; absent for a new subject. */
  readonly latest?: SubjectVersion
  readonly onClose: () => void
}

interface Verdict {
  readonly is_compatible: boolean
  readonly messages?: readonly string[]
}

/** A schema's text: checked against the versions before it, then registered. */
export function RegisterSchema({ latest, onClose }: RegisterSchemaProps) {
  const [subject, setSubject] = useState(latest?.subject ?? '')
  const [schemaType, setType] = useState(latest?.schemaType ?? 'AVRO')
  const [text, setText] = useState(latest === undefined ? '' : textOf(latest))
  const [verdict, setVerdict] = useState<Verdict>()
  const deed = useDeed()
  const { references = [] } = latest ?? {}
  const request = { schema: text, schemaType, references }
  const check = () =>
    deed.run(async () => {
      setVerdict(undefined)
      const path = pathOf('registry', 'compatibility', 'subjects', subject, 'versions')
      setVerdict(await ask<Verdict>('POST', `${path}?verbose=true`, request))
    })
  const register = async () => {
    const path = pathOf('registry', 'subjects', subject, 'versions')
    if (!(await deed.run(() => ask('POST', path, request)))) return
    go(to('schemas', subject))
    onClose()
  }
  return (
    <DialogForm
      title={latest === undefined ? 'Register schema' : `New version of ${subject}`}
      isWide
      deed={deed}
      verb="Register"
      disabled={subject === '' || text.trim() === ''}
      onClose={onClose}
      onSubmit={() => void register()}
      others={
        <Button kind="quiet" disabled={deed.isBusy || subject === ''} onClick={() => void check()}>
          Check
        </Button>
      }
    >
      {latest === undefined && (
        <div class="columns">
          <TextField
            label="Subject"
            value={subject}
            onInput={setSubject}
            isCode
            placeholder="readings-value"
          />
          <Choice label="Language" value={schemaType} onInput={setType} options={schemaTypes} />
        </div>
      )}
      <TextArea label="Schema" rows={16} value={text} onInput={setText} />
      {verdict && <Said verdict={verdict} />}
    </DialogForm>
  )
}

function Said({
  verdict: { is_compatible: isCompatible, messages = [] },
}: {
  readonly verdict: Verdict
}) {
  if (isCompatible) {
    return (
      <Notice kind="good">
        <p>It keeps what it must.</p>
      </Notice>
    )
  }
  return (
    <Notice kind="warn">
      <p>It does not keep what it must:</p>
      <ul>
        {messages.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </Notice>
  )
}
