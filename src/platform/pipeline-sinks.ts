/** The connectors of pipelines' targets stand beside those of `connect:`. */
import type { Report } from '../base/settings.ts'
import { sinksOf } from '../pipelines/index.ts'
import type { Config } from './config.ts'

type Connectors = NonNullable<Config['connect']>['connectors']

export function connectorsWithSinks({ connect, pipelines = {} }: Config): Connectors {
  const sinks = Object.values(pipelines).map(sinksOf)
  return Object.assign({}, ...sinks, connect?.connectors)
}

export function reportPipelineSinks({ connect, pipelines = {} }: Config, report: Report): void {
  const taken = new Map<string, string>()
  for (const name of Object.keys(connect?.connectors ?? {})) taken.set(name, "'connect'")
  for (const [pipeline, spec] of Object.entries(pipelines)) {
    const at = ['pipelines', pipeline]
    const names = Object.keys(sinksOf(spec))
    if (names.length > 0 && connect === undefined) {
      const says = `'${pipeline}' has a connector, and no Connect runs here; write 'connect: {}'.`
      report({ at, says, isKey: true })
    }
    for (const name of names) {
      const other = taken.get(name)
      taken.set(name, `the pipeline '${pipeline}'`)
      if (other === undefined) continue
      const says = `The connector '${name}' of '${pipeline}' is one of ${other}, too; write another 'name' into it.`
      report({ at, says, isKey: true })
    }
  }
}
