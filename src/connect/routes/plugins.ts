import { Hono } from 'hono'
import { converterKinds } from '../converters/index.ts'
import { connectError } from '../errors.ts'
import { predicateNames, transformClasses } from '../options/class-names.ts'
import { pluginDefinitions } from '../options/validate.ts'
import { answeredVersion } from '../version.ts'
import { configIn, objectBody } from './answers.ts'
import type { RouteServices } from './services.ts'

/** `/connector-plugins`: what there is, what it takes, and whether a configuration is right. */
export function pluginRoutes({ connectors, plugins }: RouteServices): Hono {
  const routes = new Hono()
  routes.get('/', (context) => {
    const found = plugins.all.map((one) => ({
      ...{ class: one.names[0], type: one.kind, version: one.version },
    }))
    const sinksFirst = found.sort((one, other) => (one.type < other.type ? -1 : 1))
    if (context.req.query('connectorsOnly') !== 'false') return context.json(sinksFirst)
    const of = (type: string, names: readonly string[]) =>
      names.map((name) => ({ class: name, type, version: answeredVersion }))
    const converters = (role: 'value' | 'header') =>
      converterKinds
        .filter(({ roles }) => roles.includes(role))
        .map(({ name }) => name)
        .sort()
    return context.json([
      ...sinksFirst,
      ...of('transformation', transformClasses()),
      ...of('predicate', predicateNames()),
      ...of('converter', converters('value')),
      ...of('header_converter', converters('header')),
    ])
  })
  routes.get('/:plugin/config', (context) => {
    const name = context.req.param('plugin')
    const plugin = plugins.find(name)
    if (plugin !== undefined) return context.json(pluginDefinitions(plugin))
    throw connectError('not-found', { what: `Unknown plugin ${name}.` })
  })
  routes.put('/:plugin/config/validate', async (context) => {
    const asked = context.req.param('plugin')
    const config = configIn(await objectBody(context))
    const given = config['connector.class']
    if (typeof given === 'string' && !alias(given).endsWith(alias(asked))) {
      const why = `Included connector type ${given} does not match request type ${asked}`
      throw connectError('bad-request', { why })
    }
    return context.json(await connectors.validate(config))
  })
  return routes
}

function alias(name: string): string {
  return name.replace(/(.)Connector$/, '$1')
}
