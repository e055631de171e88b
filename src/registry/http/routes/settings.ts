import type { Context, Hono } from 'hono'
import { describeChange } from '../../../client/doors/index.ts'
import { deleteConfig, deleteMode, setConfig, setMode } from '../../commands/settings.ts'
import { refusal } from '../../errors.ts'
import { readConfigRequest, readModeRequest } from '../../requests.ts'
import type { Services } from '../../services.ts'
import type { Config } from '../../state/records.ts'
import { json } from '../json.ts'
import { bodyOf, flag, subjectParameter } from '../parameters.ts'

/** `/config` and `/mode`, of all or of a subject or context. */
export function addSettings(routes: Hono, services: Services): void {
  const { topic } = services

  for (const path of ['/config', '/config/:subject']) {
    routes.get(path, (context) => {
      const scope = subjectParameter(context)
      const { state } = topic
      const inScope = flag(context, 'defaultToGlobal')
      const config = inScope ? state.configInScope(scope) : state.config(scope)
      if (config === undefined) throw refusal('config-not-found', { subject: scope })
      return json(context, config)
    })
    routes.put(path, async (context) => {
      const changes = readConfigRequest(await bodyOf(context))
      describeChange(context, { settings: plainOnly(changes) })
      const { compatibilityLevel, ...rest } = await setConfig(
        subjectParameter(context),
        changes,
        services,
      )
      return json(context, written(compatibilityLevel, rest))
    })
    routes.delete(path, async (context) => {
      const before = await deleteConfig(subjectParameter(context), services)
      describeChange(context, { before: plainOnly(before) })
      return json(context, before)
    })
  }

  for (const path of ['/mode', '/mode/:subject']) {
    routes.get(path, (context) => {
      const scope = subjectParameter(context)
      const { state } = topic
      const mode = flag(context, 'defaultToGlobal') ? state.modeInScope(scope) : state.mode(scope)
      if (mode === undefined) throw refusal('mode-not-found', { subject: scope })
      return json(context, { mode })
    })
    routes.put(path, async (context) => await putMode(context))
    routes.delete(path, async (context) => {
      const scope = subjectParameter(context)
      const recursive = flag(context, 'recursive')
      describeChange(context, { recursive })
      const before = await deleteMode(scope, recursive, services)
      describeChange(context, { before })
      return json(context, { mode: before })
    })
  }

  async function putMode(context: Context) {
    const body = await bodyOf(context)
    const mode = readModeRequest(body)
    const force = flag(context, 'force')
    describeChange(context, { mode: mode ?? null, force })
    await setMode(subjectParameter(context), mode, force, services)
    // As it was written, in whatever case.
    return json(context, { mode: (body as { mode?: unknown }).mode ?? null })
  }
}

/** Metadata and rules are named only: what stands in them may be long, or a secret. */
function plainOnly(settings: object): object {
  const told = Object.entries(settings).map(([name, value]) => [
    name,
    typeof value === 'object' && value !== null ? 'given' : value,
  ])
  return Object.fromEntries(told)
}

/** The level is written under this name and read under the other. */
function written(compatibility: string | undefined, rest: Config): object {
  return { ...rest, ...(compatibility !== undefined && { compatibility }) }
}
