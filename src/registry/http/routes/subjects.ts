import type { Hono } from 'hono'
import { describeChange } from '../../../client/doors/index.ts'
import { deleteSubject, deleteVersion } from '../../commands/delete.ts'
import { type Registered, register } from '../../commands/register.ts'
import { changeContract } from '../../commands/tags.ts'
import { refusal } from '../../errors.ts'
import { latestWithMetadata, lookUp, referredBy, versionOf } from '../../queries.ts'
import { readTagRequest, type SchemaRequest } from '../../requests.ts'
import type { Services } from '../../services.ts'
import { defaultContext, hasPrefix } from '../../subjects.ts'
import { shownRegistration, shownVersion } from '../answers.ts'
import { formatted, withQualifiedReferences } from '../formatted.ts'
import { json } from '../json.ts'
import { bodyOf, flag, page, subjectParameter, versionParameter } from '../parameters.ts'
import { contextOfPath, inContext } from '../paths.ts'
import { demand, shows } from '../rights.ts'
import { schemaRequestOf } from '../schema-request.ts'

export function addSubjects(routes: Hono, services: Services): void {
  const { topic } = services

  routes.get('/subjects', (context) => {
    const { state } = topic
    const within = contextOfPath(context.req.raw.url)
    const prefix = context.req.query('subjectPrefix') ?? (within === defaultContext ? ':*:' : '')
    const wanted = inContext(within, prefix)
    const only = flag(context, 'deletedOnly')
    const subjects = [...state.versions.subjects()].filter((subject) => {
      if (!hasPrefix(subject, wanted) || !shows(context, subject)) return false
      const isLive = state.hasSubject(subject, false)
      return only ? !isLive : isLive || flag(context, 'deleted')
    })
    return json(context, page(context, subjects.sort()))
  })

  routes.post('/subjects/:subject', async (context) => {
    const request = await schemaRequestOf(context)
    const options = { normalize: flag(context, 'normalize'), deleted: flag(context, 'deleted') }
    const found = await lookUp(subjectParameter(context), request, options, services)
    // It may be one of another context.
    demand(context, 'Describe', found.subject)
    return json(context, shownVersion(await formatted(found, context, services)))
  })

  routes.delete('/subjects/:subject', async (context) => {
    const permanent = flag(context, 'permanent')
    describeChange(context, { permanent })
    const versions = await deleteSubject(subjectParameter(context), permanent, services)
    describeChange(context, { versions: versions.slice(0, mostTold) })
    return json(context, versions)
  })

  routes.get('/subjects/:subject/metadata', async (context) => {
    const [names = [], values = []] = ['key', 'value'].map((name) => context.req.queries(name))
    const properties = new Map(names.map((name, index) => [name, values[index] ?? '']))
    const deleted = flag(context, 'deleted')
    const found = latestWithMetadata(topic.state, subjectParameter(context), properties, deleted)
    return json(context, shownVersion(await formatted(found, context, services)))
  })

  routes.get('/subjects/:subject/versions', (context) => {
    const subject = subjectParameter(context)
    const only = flag(context, 'deletedOnly')
    const negative = flag(context, 'deletedAsNegative')
    const deleted = flag(context, 'deleted')
    if (!topic.state.hasSubject(subject, deleted || only)) {
      throw refusal('subject-not-found', { subject })
    }
    const versions = topic.state.versions
      .of(subject)
      .filter((one) => negative || (only ? one.deleted : deleted || !one.deleted))
      .map(({ version, deleted }) => (negative && deleted ? -version : version))
    return json(context, page(context, versions))
  })

  routes.post('/subjects/:subject/versions', async (context) => {
    const request = await schemaRequestOf(context)
    const options = { normalize: flag(context, 'normalize'), force: flag(context, 'force') }
    describeChange(context, toldSchema(request))
    const done = await register(subjectParameter(context), request, options, services)
    describeChange(context, toldVersion(done))
    const subject = subjectParameter(context)
    const shown = await formatted({ ...done, subject }, context, services)
    return json(context, shownRegistration(shown, context.req.query('format') !== undefined))
  })

  routes.get('/subjects/:subject/versions/:version', async (context) => {
    const found = asked(context)
    const shown = withQualifiedReferences(await formatted(found, context, services), context)
    return json(context, shownVersion(shown))
  })

  routes.get('/subjects/:subject/versions/:version/schema', async (context) => {
    const { schema } = await formatted(asked(context), context, services)
    return context.body(schema)
  })

  routes.get('/subjects/:subject/versions/:version/referencedby', (context) => {
    const subject = subjectParameter(context)
    const found = versionOf(topic.state, subject, versionParameter(context), true)
    demand(context, 'Describe', found.subject)
    const ids = referredBy(topic.state, found, flag(context, 'deleted'))
    return json(context, page(context, ids))
  })

  routes.delete('/subjects/:subject/versions/:version', async (context) => {
    const version = versionParameter(context)
    const permanent = flag(context, 'permanent')
    describeChange(context, { version, permanent })
    const deleted = await deleteVersion(subjectParameter(context), version, permanent, services)
    describeChange(context, { version: deleted })
    return json(context, deleted)
  })

  routes.post('/subjects/:subject/versions/:version/tags', async (context) => {
    const version = versionParameter(context)
    const request = readTagRequest(await bodyOf(context))
    describeChange(context, { of: version, changed: Object.keys(request) })
    const done = await changeContract(subjectParameter(context), version, request, services)
    describeChange(context, toldVersion(done))
    return json(context, shownRegistration(done))
  })

  function asked(context: Parameters<typeof versionParameter>[0]) {
    const subject = subjectParameter(context)
    const deleted = flag(context, 'deleted')
    const found = versionOf(topic.state, subject, versionParameter(context), deleted)
    demand(context, 'Describe', found.subject)
    return found
  }
}

/** References, or versions that are gone. */
const mostTold = 100

/** The text of a schema is in the registry, under the id that is told. */
function toldSchema({ schemaType, references, id, version, ...request }: SchemaRequest): object {
  const contract = ['metadata', 'ruleSet'].filter((name) => Object.hasOwn(request, name))
  return {
    schemaType,
    ...(references.length > 0 && {
      references: references.slice(0, mostTold).map((one) => `${one.subject} ${one.version}`),
    }),
    ...(contract.length > 0 && { contract }),
    ...(id !== undefined && { id }),
    ...(version !== undefined && { version }),
  }
}

function toldVersion({ id, version, guid, schemaType }: Registered): object {
  return { id, version, guid, schemaType }
}
