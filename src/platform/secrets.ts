/** Puts secrets where a file names them: `${env:NAME}` and `${file:PATH}`, anywhere in a value. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { variableIn } from '../base/environment-reference.ts'
import type { Path } from '../base/settings.ts'

export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What relative paths are relative to. */
  readonly folder: string
}

/** `report` is told what is not there, and the cure. */
export function withSecrets(
  text: string,
  { environment, folder }: SecretSources,
  report: (says: string) => void,
): string {
  return text.replace(/\$\{(env|file):([^}]+)\}/g, (whole, kind: string, said: string) => {
    if (kind === 'env') {
      const { name, value } = variableIn(said, environment)
      if (value !== undefined) return value
      report(`${whole} names an environment variable that is not set; set ${name}.`)
      return ''
    }
    try {
      return readFileSync(resolve(folder, said), 'utf8').replace(/\r?\n$/, '')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      report(`${whole} cannot be read (${why}); write that file.`)
      return ''
    }
  })
}

/** Those of Connect, of pipelines' targets, and of mirrors: their tasks read them, so that they are stored nowhere. */
export function isReadLater(at: Path): boolean {
  if (at[0] === 'pipelines') {
    return at.some(
      (step, index) => step === 'connector' && at.slice(index - 2, index).includes('to'),
    )
  }
  if (at[0] === 'mirrors') return at[2] === 'config' || at[3] === 'tls' || at[3] === 'sasl'
  return at[0] === 'connect' && at[1] === 'connectors'
}
