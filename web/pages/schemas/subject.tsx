import { useState } from 'preact/hooks'
import { Answered } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { DeleteDialog } from '../../parts/delete-dialog.tsx'
import { Page } from '../../parts/page.tsx'
import { useAnswer } from '../../state/answers.ts'
import { ask, pathOf } from '../../state/api.ts'
import { go, place } from '../../state/place.ts'
import { mayChange } from '../../state/session.ts'
import type { SubjectVersion } from './answers.ts'
import { Compatibility } from './compatibility.tsx'
import { RegisterSchema } from './register-schema.tsx'
import { Versions } from './versions.tsx'

/** A subject: its versions, how they differ, and what a next one must keep. */
export function SubjectPage() {
  const [, subject = ''] = place.value
  const path = pathOf('registry', 'subjects', subject)
  const versions = useAnswer<number[]>(`${path}/versions`)
  const newest = useAnswer<SubjectVersion>(`${path}/versions/latest`)
  const [open, setOpen] = useState<'register' | 'delete'>()
  const close = () => {
    setOpen(undefined)
    versions.reload()
    newest.reload()
  }
  return (
    <Page
      title={subject}
      above={<a href="/schemas">Schemas</a>}
      actions={
        mayChange.value && (
          <>
            <Button onClick={() => setOpen('delete')}>Delete</Button>
            <Button kind="main" disabled={!newest.data} onClick={() => setOpen('register')}>
              New version
            </Button>
          </>
        )
      }
    >
      <Compatibility subject={subject} />
      <Answered answer={versions}>
        {(numbers) => <Versions subject={subject} numbers={numbers} />}
      </Answered>
      {open === 'register' && newest.data && (
        <RegisterSchema latest={newest.data} onClose={close} />
      )}
      {open === 'delete' && (
        <DeleteDialog
          what="subject"
          name={subject}
          act={() => ask('DELETE', path)}
          onClose={close}
          onDone={() => go('/schemas')}
        >
          Its versions are no longer listed and take no part in checks; what was written with them
          can still be read.
        </DeleteDialog>
      )}
    </Page>
  )
}
