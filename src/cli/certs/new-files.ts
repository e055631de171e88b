/** Files that are written all together or not at all, and over nothing that is there. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { cliError } from '../errors.ts'

export interface NewFile {
  readonly path: string
  readonly content: string | Buffer
  /** Only its owner may read it. */
  readonly isSecret: boolean
  readonly about: string
}

const mode = { secret: 0o600, open: 0o644, folder: 0o700 } as const

/** Throws 'exists-without-force' before anything is written. */
export function writeFiles(files: readonly NewFile[], force: boolean): void {
  const there = files.find(({ path }) => existsSync(path))
  if (there !== undefined && !force) throw cliError('exists-without-force', { file: there.path })
  for (const { path, content, isSecret } of files) {
    mkdirSync(dirname(path), { recursive: true, mode: mode.folder })
    const wanted = isSecret ? mode.secret : mode.open
    writeFileSync(path, content, { mode: wanted })
    // One that was there keeps its mode otherwise.
    chmodSync(path, wanted)
  }
}
