import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/fields.tsx'
import { Notice, Trouble } from '../parts/notice.tsx'
import { useDeed } from '../state/deed.ts'
import { go, place, query } from '../state/place.ts'
import { logIn } from '../state/session.ts'

interface LogInProps {
  readonly ways: readonly string[]
  readonly companyLabel: string | undefined
}

/** Why a company login has failed, by the code that leat sends a browser back with. */
const failures: Readonly<Record<string, string>> = {
  expired: 'It took too long, or was begun in another window. Begin again.',
  denied: 'The company login did not let you in.',
  unreachable: 'The company login does not answer. Try again in a while.',
  untrusted: 'The answer of the company login does not hold; leat’s log says why.',
  unnamed: 'The company login does not say who you are; leat’s log says what it lacks.',
  bounded: 'Too many logins are under way. Try again in a minute.',
}

/** The door: by password, by the company's login, or both. Afterwards one is where one wanted to be. */
export function LogIn({ ways, companyLabel = 'Company login' }: LogInProps) {
  const failed = query.value.get('failed')
  const isDoor = place.value[0] === 'login'
  const next = isDoor ? '/' : window.location.pathname + window.location.search
  return (
    <Door>
      {failed !== null && (
        <Notice kind="warn">
          <p>
            {Object.hasOwn(failures, failed) ? failures[failed] : 'The company login has failed.'}
          </p>
        </Notice>
      )}
      {ways.includes('password') && <PasswordForm isDoor={isDoor} />}
      {ways.includes('password') && ways.includes('oidc') && <p class="or">or</p>}
      {ways.includes('oidc') && (
        <a class="button wide" href={`/api/oidc/start?next=${encodeURIComponent(next)}`}>
          {companyLabel}
        </a>
      )}
      {ways.length === 0 && (
        <p>
          Nobody logs in at this page: leat asks programs for a password, a token or a certificate.
          With <code>auth: [login]</code> under <code>console</code> in leat.yml it asks here.
        </p>
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

function PasswordForm({ isDoor }: { readonly isDoor: boolean }) {
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const deed = useDeed()
  const submit = async () => {
    if (!(await deed.run(() => logIn(user, password)))) setPassword('')
    else if (isDoor) go('/', { replace: true })
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
