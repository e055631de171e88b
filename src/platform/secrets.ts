/** Puts secrets where a file names them: `${env:NAME}` and `${file:PATH}`, anywhere in a value. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Path, Report } from '../base/settings.ts'

export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What relative paths are relative to. */
  readonly folder: string
}

export function withSecrets(
  value: unknown,
  sources: SecretSources,
  report: Report,
  at: Path = [],
): unknown {
  // The connectors' are read by their tasks, so that they are stored nowhere.
  if (isOfConnectors(at)) return value
  if (typeof value === 'string') return resolveText(value, sources, report, at)
  if (Array.isArray(value)) {
    return value.map((item, index) => withSecrets(item, sources, report, [...at, index]))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      withSecrets(item, sources, report, [...at, name]),
    ]),
  )
}

/** Those of Connect, those of pipelines' targets, and mirrors. */
function isOfConnectors(at: Path): boolean {
  if (at[0] === 'pipelines') return at.at(-1) === 'connector' && at.slice(-3).includes('to')
  if (at[0] === 'mirrors') return at[2] === 'config' || at[3] === 'tls' || at[3] === 'sasl'
  return at.join('/') === 'connect/connectors'
}

function resolveText(text: string, sources: SecretSources, report: Report, at: Path): string {
  return text.replace(/\$\{(env|file):([^}]+)\}/g, (whole, kind: string, name: string) => {
    if (kind === 'env') {
      const value = sources.environment[name]
      if (value !== undefined) return value
      report({ at, says: `${whole} names an environment variable that is not set; set ${name}.` })
      return ''
    }
    try {
      return readFileSync(resolve(sources.folder, name), 'utf8').replace(/\r?\n$/, '')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      report({ at, says: `${whole} cannot be read (${why}); write that file.` })
      return ''
    }
  })
}
