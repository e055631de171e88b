/**
 * What one must be allowed to do, route by route: rights on the topic that a subject is about, by
 * the ACLs of the broker. docs/decisions/rights-at-http-doors.md says why so.
 */
import type { Context, Hono } from 'hono'
import { clusterName, type Operation } from '../../access/acl.ts'
import type { Resource } from '../../access/authorizer.ts'
import { addDemands as addAll, type Demand, rightsOf } from '../../client/doors/index.ts'
import { refusal } from '../errors.ts'
import { isContext } from '../subjects.ts'
import { subjectParameter } from './parameters.ts'

/** With the subject of the path, or with the settings of all where there is none. */
export const demanded: readonly Demand[] = [
  ['GET', '/subjects/:subject/metadata', 'Describe'],
  ['GET', '/subjects/:subject/versions', 'Describe'],
  ['GET', '/subjects/:subject/versions/:version', 'Describe'],
  ['GET', '/subjects/:subject/versions/:version/schema', 'Describe'],
  ['GET', '/subjects/:subject/versions/:version/referencedby', 'Describe'],
  ['POST', '/subjects/:subject', 'Describe'],
  ['POST', '/subjects/:subject/versions', 'Write'],
  ['POST', '/subjects/:subject/versions/:version/tags', 'Write'],
  ['DELETE', '/subjects/:subject', 'Delete'],
  ['DELETE', '/subjects/:subject/versions/:version', 'Delete'],
  ['POST', '/compatibility/subjects/:subject/versions', 'Describe'],
  ['POST', '/compatibility/subjects/:subject/versions/:version', 'Describe'],
  ['GET', '/config/:subject', 'Describe'],
  ['PUT', '/config/:subject', 'AlterConfigs'],
  ['DELETE', '/config/:subject', 'AlterConfigs'],
  ['GET', '/mode/:subject', 'Describe'],
  ['PUT', '/mode/:subject', 'AlterConfigs'],
  ['DELETE', '/mode/:subject', 'AlterConfigs'],
  ['PUT', '/config', 'AlterConfigs'],
  ['DELETE', '/config', 'AlterConfigs'],
  ['PUT', '/mode', 'AlterConfigs'],
  ['DELETE', '/mode', 'AlterConfigs'],
  ['DELETE', '/contexts/:context', 'AlterConfigs'],
]

/** Everybody who is let in may ask so, and is told of what they may see. */
export const free: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/'],
  ['POST', '/'],
  ['GET', '/subjects'],
  ['GET', '/schemas'],
  ['GET', '/schemas/types'],
  ['GET', '/schemas/ids/:id'],
  ['GET', '/schemas/ids/:id/schema'],
  ['GET', '/schemas/ids/:id/subjects'],
  ['GET', '/schemas/ids/:id/versions'],
  ['GET', '/schemas/guids/:guid'],
  ['GET', '/schemas/guids/:guid/ids'],
  ['GET', '/contexts'],
  ['GET', '/config'],
  ['GET', '/mode'],
  ['GET', '/v1/metadata/id'],
  ['GET', '/v1/metadata/version'],
  ['GET', '/v1/metadata/deployment'],
]

/** Before the routes themselves. */
export function addDemands(routes: Hono): void {
  addAll(routes, demanded, {
    demand: (context, operation) => demand(context, operation, subjectParameter(context)),
    changed: (context, [, path, operation]) =>
      operation === 'Describe' ? undefined : changedBy(context, path),
  })
}

function changedBy(context: Context, path: string) {
  if (path.startsWith('/contexts')) {
    return { type: 'Context', name: context.req.param('context') ?? '' }
  }
  return { type: 'Subject', name: subjectParameter(context) }
}

/** Throws 'operation-denied'. */
export function demand(context: Context, operation: Operation, subject: string): void {
  const { type, name } = resourceOf(subject)
  // What all have in common is no secret to whoever is let in.
  if (type === 'Cluster' && operation === 'Describe') return
  if (rightsOf(context).allows(operation, type, name)) return
  throw refusal('operation-denied', {
    operation,
    subject: type === 'Cluster' ? undefined : subject,
  })
}

/** Whether somebody is told of a subject that they did not ask for by its name. */
export function shows(context: Context, subject: string): boolean {
  const { type, name } = resourceOf(subject)
  return rightsOf(context).shows('Describe', type, name)
}

/**
 * A subject is about the topic whose keys or values it describes, or about one of its own name; the
 * name begins with the context where that is not the usual one.
 */
export function resourceOf(subject: string): Resource {
  if (isContext(subject)) return { type: 'Cluster', name: clusterName }
  const [, topic = ''] = /^(.+?)(?:-key|-value)?$/s.exec(subject) ?? []
  return { type: 'Topic', name: topic }
}
