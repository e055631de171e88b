/**
 * Health and metrics: `/healthz` answers as long as the process does, `/readyz` says whether it
 * takes records, `/metrics` is Prometheus' text. Nothing that is answered here changes anything;
 * metrics name topics and groups, so that they need a right where there are rights.
 */
import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { clusterName } from '../access/acl.ts'
import type { Metrics } from '../base/metrics.ts'
import { rightsOf } from '../client/doors/index.ts'
import type { Health } from './http.ts'

export function listenerOf(health: () => Promise<Health>, metrics: Metrics): RequestListener {
  const routes = new Hono()
  routes.get('/healthz', (context) => context.text('ok\n'))
  routes.get('/readyz', async (context) => {
    const { ready, why } = await health()
    return ready ? context.text('ready\n') : context.text(`not ready: ${why ?? 'starting'}\n`, 503)
  })
  let exporter: Promise<{ text(): Promise<string>; contentType: string }> | undefined
  routes.get('/metrics', async (context) => {
    if (!rightsOf(context).allows('Describe', 'Cluster', clusterName)) {
      return context.text('Describe on the cluster is not allowed to this user.\n', 403)
    }
    // prom-client costs 27 ms to load and is never asked on most machines.
    exporter ??= import('./prometheus.ts').then(({ prometheus }) => prometheus(metrics))
    const { text, contentType } = await exporter
    return context.body(await text(), 200, { 'content-type': contentType })
  })
  const listener = getRequestListener(routes.fetch)
  return (request, response) => void listener(request, response)
}
