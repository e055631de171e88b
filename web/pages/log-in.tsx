import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/fields.tsx'
import { Notice, Trouble } from '../parts/notice.tsx'
import { useDeed } from '../state/deed.ts'
import { query } from '../state/place.ts'
import { logIn } from '../state/session.ts'

interface LogInProps {
  readonly ways: readonly string[]
  readonly companyLabel: string | undefined
}

/** The door: by password, by the company's login, or both. Afterwards one is where one wanted to be. */
export function LogIn({ ways, companyLabel = 'Company login' }: LogInProps) {
  const here = window.location.pathname + window.location.search
  const failed = query.value.get('problem')
  return (
    <Door>
      {failed !== null && (
        <Notice kind="warn">The company login did not work ({failed}). leat's log says why.</Notice>
      )}
      {ways.includes('password') && <PasswordForm />}
      {ways.includes('password') && ways.includes('oidc') && <p class="or">or</p>}
      {ways.includes('oidc') && (
        <a
          class="button wide"
          href={`/api/oidc/start?next=${encodeURIComponent(failed === null ? here : '/')}`}
        >
          {companyLabel}
        </a>
      )}
    </Door>
  )
}

/** What stands before the console while nobody is let in. */
export function Door({ children }: { readonly children: ComponentChildren }) {
  useEffect(() => {
    document.title = 'Log in · leat'
  }, [])
  return (
    <main class="door">
      <h1>leat</h1>
      {children}
    </main>
  )
}

function PasswordForm() {
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const deed = useDeed()
  const submit = async () => {
    if (!(await deed.run(() => logIn(user, password)))) setPassword('')
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextField label="User" value={user} onInput={setUser} autocomplete="username" required />
      <TextField
        label="Password"
        type="password"
        value={password}
        onInput={setPassword}
        autocomplete="current-password"
        required
      />
      <Trouble problem={deed.problem} />
      <Button submits kind="main" disabled={deed.isBusy}>
        Log in
      </Button>
    </form>
  )
}
