import { LogIn } from './pages/log-in.tsx'
import { Refused } from './pages/refused.tsx'
import { Shell } from './shell.tsx'
import { who } from './state/session.ts'

/** Whoever is not known sees the door, all others the console. */
export function App() {
  const known = who.value
  switch (known.is) {
    case 'asked':
      return null
    case 'out':
      return <LogIn ways={known.ways} companyLabel={known.oidcLabel} />
    case 'refused':
      return <Refused problem={known.problem} />
    case 'in':
      return <Shell session={known.session} />
  }
}
