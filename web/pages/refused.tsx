import { Button } from '../parts/button.tsx'
import { Trouble } from '../parts/notice.tsx'
import { useDeed } from '../state/deed.ts'
import type { Problem } from '../state/problem.ts'
import { findOut, logOut } from '../state/session.ts'
import { Door } from './log-in.tsx'

/** Somebody whom no role names, or nobody to ask. */
export function Refused({ problem }: { readonly problem: Problem }) {
  const leaving = useDeed()
  return (
    <Door>
      <Trouble problem={problem} />
      <Trouble problem={leaving.problem} />
      <div class="actions">
        <Button onClick={() => void findOut()}>Try again</Button>
        {problem.code === 'role-missing' && (
          <Button onClick={() => void leaving.run(logOut)}>Log in as somebody else</Button>
        )}
      </div>
    </Door>
  )
}
