/** Servers that refuse to run as root: as root, they become the user that their package made. */
import { execFileSync } from 'node:child_process'
import { chownSync } from 'node:fs'

/** The command that runs another one as this user, and gives the user a folder. */
export function asUser(user: string, folder: string): readonly string[] {
  if (process.getuid?.() !== 0) return []
  const [uid, gid] = ['-u', '-g'].map((which) =>
    Number(execFileSync('id', [which, user], { encoding: 'utf8' })),
  )
  chownSync(folder, uid ?? 0, gid ?? 0)
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
}
