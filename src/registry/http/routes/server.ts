import type { Hono } from 'hono'
import { deleteContext } from '../../commands/delete.ts'
import type { Services } from '../../services.ts'
import { contextNamed, contextOf, defaultContext } from '../../subjects.ts'
import { json } from '../json.ts'
import { page } from '../parameters.ts'
import { shows } from '../rights.ts'

/** The version of Confluent's API that this is; clients ask before they use what is newer. */
const apiVersion = '8.0.0'

/** The registry itself and its contexts. */
export function addServer(routes: Hono, services: Services): void {
  routes.get('/', (context) => json(context, {}))
  routes.post('/', (context) => json(context, {}))

  routes.get('/contexts', (context) => {
    const prefix = context.req.query('contextPrefix') ?? ''
    const { state } = services.topic
    const seen = new Set(
      [...state.versions.subjects()].filter((one) => shows(context, one)).map(contextOf),
    )
    const isSeen = (one: string) =>
      one === defaultContext || seen.has(one) || shows(context, `:${one}:`)
    const contexts = state.contexts().filter((one) => one.startsWith(prefix) && isSeen(one))
    return json(context, page(context, contexts))
  })
  routes.delete('/contexts/:context', async (context) => {
    await deleteContext(contextNamed(context.req.param('context')), services)
    context.header('content-type', undefined)
    return context.body(null, 204)
  })

  routes.get('/v1/metadata/id', async (context) => {
    const clusters = {
      'kafka-cluster': await services.clusterId(),
      'schema-registry-cluster': 'schema-registry',
    }
    return json(context, { scope: { path: [], clusters }, id: '' })
  })
  routes.get('/v1/metadata/version', (context) =>
    json(context, { version: apiVersion, commitId: 'leat' }),
  )
  routes.get('/v1/metadata/deployment', (context) => json(context, { attributes: [] }))
}
