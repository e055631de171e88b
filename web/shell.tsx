import { pageAt, pages } from './pages/index.ts'
import { Button } from './parts/button.tsx'
import { Notice, Trouble } from './parts/notice.tsx'
import { isDeserted } from './state/attended.ts'
import { useDeed } from './state/deed.ts'
import { place } from './state/place.ts'
import { logOut } from './state/session.ts'
import type { Session } from './state/told.ts'

/** What stands around every page: where one can go, who one is, and what one may. */
export function Shell({ session }: { readonly session: Session }) {
  const [area = ''] = place.value
  const Current = pageAt(place.value)
  const leaving = useDeed()
  const isKnown = session.user !== null
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="bar">
        <a class="mark" href="/">
          leat
        </a>
        <nav aria-label="Console">
          {pages
            .filter(({ part }) => part === undefined || session.parts[part])
            .map(({ name, path }) => (
              <a key={path} href={`/${path}`} aria-current={path === area ? 'page' : undefined}>
                {name}
              </a>
            ))}
        </nav>
        <div class="me">
          {isKnown && <span class="user">{session.user}</span>}
          <span class="role">{session.role}</span>
          {isKnown && (
            <Button kind="quiet" onClick={() => void leaving.run(logOut)}>
              Log out
            </Button>
          )}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Trouble problem={leaving.problem} />
        {isDeserted.value && (
          <Notice kind="warn">
            <p>
              Nobody has been here for a quarter of an hour, so nothing is asked any more. Move the
              pointer, or press a key.
            </p>
          </Notice>
        )}
        <Current key={place.value.slice(0, 2).join('/')} />
      </main>
      <footer class="foot">leat {session.version}</footer>
    </div>
  )
}
