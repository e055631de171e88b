/**
 * What one must be allowed to do, route by route: rights on a group with the name that a sink's
 * consumers have, `connect-NAME`, by the ACLs of the broker; and on the cluster for what reaches
 * beyond one connector. docs/decisions/rights-at-http-doors.md says why so.
 */
import type { Context, Hono } from 'hono'
import { clusterName, type Operation } from '../../access/acl.ts'
import { rightsOf, tellChange } from '../../client/doors/index.ts'
import { connectError } from '../errors.ts'

type Demand = readonly [method: string, path: string, Operation]

/** With the connector of the path. */
export const ofConnectors: readonly Demand[] = [
  ['GET', '/:name', 'DescribeConfigs'],
  ['DELETE', '/:name', 'Delete'],
  ['GET', '/:name/config', 'DescribeConfigs'],
  ['PUT', '/:name/config', 'AlterConfigs'],
  ['PATCH', '/:name/config', 'AlterConfigs'],
  ['GET', '/:name/tasks-config', 'DescribeConfigs'],
  ['GET', '/:name/tasks', 'DescribeConfigs'],
  ['GET', '/:name/status', 'Describe'],
  ['GET', '/:name/topics', 'Describe'],
  ['PUT', '/:name/topics/reset', 'Read'],
  ['POST', '/:name/restart', 'Read'],
  ['PUT', '/:name/pause', 'Read'],
  ['PUT', '/:name/resume', 'Read'],
  ['PUT', '/:name/stop', 'Read'],
  ['POST', '/:name/tasks', 'AlterConfigs'],
  ['GET', '/:name/tasks/:task/status', 'Describe'],
  ['POST', '/:name/tasks/:task/restart', 'Read'],
  ['POST', '/:name/preview', 'Read'],
  ['GET', '/:name/figures', 'Describe'],
  ['GET', '/:name/report', 'Describe'],
  ['GET', '/:name/offsets', 'Describe'],
  ['PATCH', '/:name/offsets', 'Read'],
  ['DELETE', '/:name/offsets', 'Read'],
]

/** With the cluster: a configuration makes leat reach files, addresses and topics by its own rights. */
export const ofCluster: readonly Demand[] = [
  ['POST', '/connectors', 'AlterConfigs'],
  ['PUT', '/connectors/:name/config', 'AlterConfigs'],
  ['PATCH', '/connectors/:name/config', 'AlterConfigs'],
  ['PUT', '/connector-plugins/:plugin/config/validate', 'AlterConfigs'],
  ['GET', '/admin/loggers', 'DescribeConfigs'],
  ['GET', '/admin/loggers/:logger', 'DescribeConfigs'],
  ['PUT', '/admin/loggers/:logger', 'AlterConfigs'],
]

/** Everybody who is let in may ask so, and is told of what they may see. */
export const free: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/'],
  ['GET', '/connectors'],
  ['GET', '/connector-plugins'],
  ['GET', '/connector-plugins/:plugin/config'],
]

/** Before the routes themselves. */
export function addDemands(routes: Hono): void {
  for (const [method, path, operation] of ofCluster) {
    routes.on(method, path, async (context, next) => {
      demandOfCluster(context, operation)
      await next()
      // Those with a connector in their path are told of below.
      if (method !== 'PUT' && method !== 'POST') return
      if (context.req.param('name') !== undefined || path.endsWith('/validate')) return
      tellChange(context, `${method} ${path}`, { type: 'Connect', name: path })
    })
  }
  for (const [method, path, operation] of ofConnectors) {
    routes.on(method, `/connectors${path}`, async (context, next) => {
      const name = context.req.param('name') ?? ''
      demand(context, operation, name)
      await next()
      if (method === 'GET' || path.endsWith('/preview')) return
      tellChange(context, `${method} /connectors${path}`, { type: 'Connector', name })
    })
  }
}

/** Throws 'forbidden'. */
export function demand(context: Context, operation: Operation, connector: string): void {
  if (rightsOf(context).allows(operation, 'Group', groupOf(connector))) return
  const why = `${operation} on the group ${groupOf(connector)} is not allowed to this user.`
  throw connectError('forbidden', { why })
}

/** Whether somebody is told of a connector that they did not ask for by its name. */
export function shows(context: Context, operation: Operation, connector: string): boolean {
  return rightsOf(context).shows(operation, 'Group', groupOf(connector))
}

/** Whether somebody may read what is in a topic. */
export function mayRead(context: Context, topic: string): boolean {
  return rightsOf(context).shows('Read', 'Topic', topic)
}

function demandOfCluster(context: Context, operation: Operation): void {
  if (rightsOf(context).allows(operation, 'Cluster', clusterName)) return
  const why = `${operation} on the cluster is not allowed to this user.`
  throw connectError('forbidden', { why })
}

function groupOf(connector: string): string {
  return `connect-${connector}`
}
