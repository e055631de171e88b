import type { Context, Hono } from 'hono'
import { rulesOf } from '../../contract.ts'
import { refusal } from '../../errors.ts'
import { idsOfGuid, schemaWithId, versionsWithId } from '../../queries.ts'
import type { Services } from '../../services.ts'
import type { RegistryState } from '../../state/state.ts'
import type { Version } from '../../state/versions.ts'
import { contextOf, hasPrefix, qualified } from '../../subjects.ts'
import { shownById, shownVersion } from '../answers.ts'
import { formatted, withQualifiedReferences } from '../formatted.ts'
import { json } from '../json.ts'
import { flag, idParameter, page } from '../parameters.ts'
import { aliased, contextOfPath, inContext } from '../paths.ts'
import { demand, shows } from '../rights.ts'

export function addSchemas(routes: Hono, services: Services): void {
  const { topic, parser, limits } = services

  routes.get('/schemas/types', (context) => json(context, parser.types))

  routes.get('/schemas', (context) => {
    const { state } = topic
    const within = contextOfPath(context.req.raw.url)
    const prefix = inContext(within, context.req.query('subjectPrefix') ?? '')
    const ruleType = context.req.query('ruleType') ?? ''
    const aliases = flag(context, 'aliases') ? aliasesWithin(state, prefix) : new Map()
    const found = [...state.versions.subjects()]
      .filter((subject) => hasPrefix(subject, prefix) || aliases.has(subject))
      .filter((subject) => shows(context, subject))
      .sort()
      .flatMap((subject) => {
        const versions = state.versions.of(subject)
        const kept = versions.filter(({ deleted }) => flag(context, 'deleted') || !deleted)
        return flag(context, 'latestOnly') ? kept.slice(-1) : kept
      })
      .filter(
        (one) => ruleType === '' || rulesOf(one.ruleSet).some(({ type }) => type === ruleType),
      )
    const shown = page(context, found, limits.listedSchemas).map((version) => ({
      ...shownVersion(version),
      aliases: aliases.get(version.subject),
    }))
    return json(context, shown)
  })

  routes.get('/schemas/ids/:id', async (context) => {
    const found = asked(context)
    const shown = withQualifiedReferences(await formatted(found, context, services), context)
    const maxId = flag(context, 'fetchMaxId')
      ? topic.state.versions.highestId(contextOf(found.subject))
      : undefined
    const hasSubject = context.req.query('subject') !== undefined
    return json(context, shownById({ ...shown, maxId }, hasSubject))
  })

  routes.get('/schemas/ids/:id/schema', async (context) => {
    const { schema } = await formatted(asked(context), context, services)
    return context.body(schema)
  })

  routes.get('/schemas/ids/:id/subjects', (context) => {
    const subjects = new Set(versionsAsked(context).map(({ subject }) => subject))
    return json(context, page(context, [...subjects]))
  })

  routes.get('/schemas/ids/:id/versions', (context) => {
    const versions = versionsAsked(context).map(({ subject, version }) => ({ subject, version }))
    return json(context, page(context, versions))
  })

  routes.get('/schemas/guids/:guid', async (context) => {
    const guid = context.req.param('guid')
    const all = idsOfGuid(topic.state, guid).flatMap(({ id, context: within }) =>
      topic.state.versions.withId(within, id),
    )
    const [first] = all
    if (first === undefined) throw refusal('schema-not-found', { schema: guid })
    const found = shownOf(context, first, all)
    return json(context, shownById(await formatted(found, context, services), false))
  })

  routes.get('/schemas/guids/:guid/ids', (context) =>
    json(
      context,
      idsOfGuid(topic.state, context.req.param('guid')).filter(({ id, context: within }) =>
        topic.state.versions.withId(within, id).some(({ subject }) => shows(context, subject)),
      ),
    ),
  )

  function asked(context: Context): Version {
    const id = idParameter(context)
    const found = schemaWithId(topic.state, id, subjectNamed(context, topic.state))
    return shownOf(context, found, topic.state.versions.withId(contextOf(found.subject), id))
  }

  function versionsAsked(context: Context): Version[] {
    const subject = subjectNamed(context, topic.state)
    const deleted = flag(context, 'deleted')
    const all = versionsWithId(topic.state, idParameter(context), { subject, deleted })
    return all.filter((one) => shows(context, one.subject))
  }
}

/**
 * The same schema under a subject that whoever asks may see: an id says nothing of subjects. Throws
 * 'operation-denied' where there is none.
 */
function shownOf(context: Context, found: Version, same: readonly Version[]): Version {
  const shown = [found, ...same].find(({ subject }) => shows(context, subject))
  if (shown === undefined) demand(context, 'Describe', found.subject)
  return shown ?? found
}

/** The subject of the query, or the context of the path. */
function subjectNamed(context: Context, state: RegistryState): string {
  const subject = context.req.query('subject') ?? ''
  return aliased(inContext(contextOfPath(context.req.raw.url), subject), state)
}

/** The subjects that aliases under the prefix mean, with those aliases. */
function aliasesWithin(state: RegistryState, prefix: string): Map<string, string[]> {
  const aliases = new Map<string, string[]>()
  for (const [scope, { alias }] of state.configs) {
    if (!alias || !hasPrefix(scope, prefix)) continue
    const subject = qualified(scope, alias)
    aliases.set(subject, [...(aliases.get(subject) ?? []), scope])
  }
  return aliases
}
