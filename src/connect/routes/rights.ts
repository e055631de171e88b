/**
 * What one must be allowed to do, route by route: rights on a group with the name that a sink's
 * consumers have, `connect-NAME`, by the ACLs of the broker; and on the cluster for what reaches
 * beyond one connector. docs/decisions/rights-at-http-doors.md says why so.
 */
import type { Context, Hono } from 'hono'
import { clusterName, type Operation } from '../../access/acl.ts'
import { addDemands as addAll, type Demand, rightsOf } from '../../client/doors/index.ts'
import { connectError } from '../errors.ts'

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
  addAll(routes, ofCluster, {
    demand: demandOfCluster,
    changed: (context, [method, path]) => {
      if (method === 'PUT' && path.startsWith('/admin')) {
        return { type: 'Logger', name: context.req.param('logger') ?? '' }
      }
      // Of the others those that change something have a connector, and are told of below.
      return path === '/connectors' ? { type: 'Connector', name: newNameOf(context) } : undefined
    },
  })
  addAll(
    routes,
    ofConnectors.map(([method, path, operation]) => [method, `/connectors${path}`, operation]),
    {
      demand: (context, operation) => demand(context, operation, connectorOf(context)),
      changed: (context, [method, path]) =>
        method === 'GET' || path.endsWith('/preview')
          ? undefined
          : { type: 'Connector', name: connectorOf(context) },
    },
  )
}

function connectorOf(context: Context): string {
  return context.req.param('name') ?? ''
}

const nameOfNew = 'name of the new connector'

/** Says which connector a request makes whose path does not say it. */
export function nameNew(context: Context, connector: string): void {
  context.set(nameOfNew, connector)
}

function newNameOf(context: Context): string {
  return context.get(nameOfNew) ?? ''
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
