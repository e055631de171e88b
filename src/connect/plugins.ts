import { nearest } from '../base/nearest.ts'
import { connectError } from './errors.ts'
import type { Plugin } from './kit/index.ts'

/** The connectors that there are, by each of their names. */
export class Plugins {
  readonly all: readonly Plugin[]
  readonly #byName = new Map<string, Plugin>()

  constructor(plugins: readonly Plugin[]) {
    this.all = plugins
    for (const plugin of plugins) {
      for (const name of plugin.names) {
        for (const alias of aliasesOf(name)) this.#byName.set(alias, plugin)
      }
    }
  }

  find(name: string): Plugin | undefined {
    return this.#byName.get(name)
  }

  /** Throws 'bad-request', naming what was probably meant. */
  get(name: string): Plugin {
    const plugin = this.find(name)
    if (plugin !== undefined) return plugin
    const meant = nearest(name, this.#byName.keys())
    const cure = meant === undefined ? '' : ` Did you mean ${meant}?`
    const known = this.all.map(({ names }) => names[0]).join(', ')
    const why = `Failed to find any class that implements Connector and which name matches ${name}, available connectors are: ${known}.${cure}`
    throw connectError('bad-request', { why })
  }
}

/** As Kafka Connect allows: the full name, the last part of it, and that without `Connector`. */
function aliasesOf(name: string): string[] {
  const short = name.split('.').at(-1) ?? name
  return [name, short, short.replace(/(.)Connector$/, '$1')]
}
