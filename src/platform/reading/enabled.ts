/** `enabled: false` takes out what it stands in: a file, a part, or one of several of a kind. */
import { isList, isMap, type Said } from './said.ts'

/** Where it may stand: `*` is any name, or any place in a list. The broker itself reads its own. */
const switchable = [
  '',
  'mqtt',
  'registry',
  'connect',
  'console',
  'kafka/listeners/*',
  'kafka/topics/*',
  'mqtt/listeners/*',
  'mqtt/routes/*',
  'connect/connectors/*',
  'pipelines/*',
  'mirrors/*',
].map((place) => (place === '' ? [] : place.split('/')))

export interface Switches {
  /** What references in a text stand for. */
  readonly resolve: (text: string, said: Said) => string
  readonly report: (said: Said, says: string) => void
}

/** Without what is switched off; nothing where all of it is. */
export function withoutDisabled(said: Said, switches: Switches): Said | undefined {
  if (isList(said)) {
    const value = said.value.flatMap((item) => withoutDisabled(item, switches) ?? [])
    return { ...said, value }
  }
  if (!isMap(said)) return said
  const entries = new Map(said.value)
  const enabled = entries.get('enabled')
  if (enabled !== undefined && isSwitchable(said)) {
    if (!isOn(enabled, switches)) return undefined
    entries.delete('enabled')
  }
  for (const [name, item] of entries) {
    const kept = withoutDisabled(item, switches)
    if (kept === undefined) entries.delete(name)
    else entries.set(name, kept)
  }
  return { ...said, value: entries }
}

function isSwitchable({ at }: Said): boolean {
  return switchable.some(
    (place) =>
      place.length === at.length &&
      place.every((step, index) => step === '*' || step === at[index]),
  )
}

function isOn(said: Said, { resolve, report }: Switches): boolean {
  const { value } = said
  const text = typeof value === 'string' ? resolve(value, said) : String(value)
  if (text === 'true' || text === 'false') return text === 'true'
  report(said, `'enabled' is '${text}'; write true or false.`)
  return true
}
