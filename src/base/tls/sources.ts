/** The bytes that settings of TLS name: files, or the text of a PEM itself. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { tlsError } from './errors.ts'
import { isPemText } from './pem.ts'
import { fileSettings, type TlsSettings } from './settings.ts'

export interface Source {
  /** How errors call it. */
  readonly name: string
  readonly bytes: Buffer
}

export type Sources = Readonly<Partial<Record<(typeof fileSettings)[number], Source>>>

/** Throws 'key-file-unreadable'. */
export async function readSources(settings: TlsSettings): Promise<Sources> {
  const entries = await Promise.all(
    fileSettings.map(async (name) => {
      const value = settings[name]
      return value === undefined ? [] : [[name, await readSource(name, value)]]
    }),
  )
  return Object.fromEntries(entries.flat())
}

/** The same for the same bytes. */
export function fingerprintOf(sources: Sources): string {
  const hash = createHash('sha256')
  for (const name of fileSettings) {
    const { bytes } = sources[name] ?? {}
    hash.update(`${name} ${bytes?.length} `)
    if (bytes !== undefined) hash.update(bytes)
  }
  return hash.digest('hex')
}

async function readSource(setting: string, value: string): Promise<Source> {
  if (isPemText(value)) return { name: `the PEM text of '${setting}'`, bytes: Buffer.from(value) }
  try {
    return { name: value, bytes: await readFile(value) }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw tlsError('key-file-unreadable', { source: value, why }, { cause })
  }
}
