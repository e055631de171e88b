import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useDeed } from '../state/deed.ts'
import { DialogForm } from './dialog.tsx'
import { TextField } from './fields.tsx'

interface DeleteDialogProps {
  /** Such as `topic`. */
  readonly what: string
  readonly name: string
  readonly act: () => Promise<unknown>
  readonly onClose: () => void
  readonly onDone: () => void
  /** What goes with it. */
  readonly children: ComponentChildren
}

/** Deletes what cannot be had back, once its name is typed. */
export function DeleteDialog({ what, name, act, onClose, onDone, children }: DeleteDialogProps) {
  const [typed, setTyped] = useState('')
  const deed = useDeed()
  const submit = async () => {
    if (await deed.run(act)) onDone()
  }
  return (
    <DialogForm
      title={`Delete ${what} ${name}?`}
      deed={deed}
      verb={`Delete ${what}`}
      isDanger
      disabled={typed !== name}
      onClose={onClose}
      onSubmit={() => void submit()}
    >
      <p>{children}</p>
      <TextField
        label={`Type ${name} to say that you mean it`}
        value={typed}
        onInput={setTyped}
        isCode
      />
    </DialogForm>
  )
}
