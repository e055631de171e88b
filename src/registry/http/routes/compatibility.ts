import type { Context, Hono } from 'hono'
import { isError } from '../../../base/errors.ts'
import { objections } from '../../commands/compatible.ts'
import { refusal } from '../../errors.ts'
import { candidateOf } from '../../lookup.ts'
import type { SchemaRequest } from '../../requests.ts'
import type { Services } from '../../services.ts'
import type { Version } from '../../state/versions.ts'
import { json } from '../json.ts'
import { flag, subjectParameter, versionParameter } from '../parameters.ts'
import { schemaRequestOf } from '../schema-request.ts'

export function addCompatibility(routes: Hono, services: Services): void {
  const { topic } = services

  routes.post('/compatibility/subjects/:subject/versions/:version', async (context) => {
    const subject = subjectParameter(context)
    const wanted = versionParameter(context)
    const { versions } = topic.state
    const found = wanted === 'latest' ? versions.latest(subject) : versions.get(subject, wanted)
    const isThere = found !== undefined && !found.deleted
    if (!isThere && wanted !== 'latest') throw refusal('version-not-found', { version: wanted })
    return await answer(context, subject, isThere ? [found] : [])
  })

  routes.post('/compatibility/subjects/:subject/versions', async (context) => {
    const subject = subjectParameter(context)
    const live = topic.state.versions.of(subject).filter(({ deleted }) => !deleted)
    return await answer(context, subject, live)
  })

  async function answer(context: Context, subject: string, earlier: readonly Version[]) {
    const request = await schemaRequestOf(context)
    const isVerbose = flag(context, 'verbose')
    const messages = await messagesOf(context, subject, request, earlier).catch((error) => {
      if (isVerbose && isError(error, 'schema-invalid')) return [error.message]
      throw error
    })
    const isCompatible = messages.length === 0
    return json(context, { is_compatible: isCompatible, ...(isVerbose && { messages }) })
  }

  async function messagesOf(
    context: Context,
    subject: string,
    request: SchemaRequest,
    earlier: readonly Version[],
  ): Promise<string[]> {
    const options = { normalize: flag(context, 'normalize') }
    const using = { parser: services.parser, state: topic.state }
    const candidate = await candidateOf(subject, request, options, using)
    return await objections(candidate, earlier, using)
  }
}
