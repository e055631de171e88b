/** Configurations and modes: of a subject, of a context (`:.context:`), or of all (''). */
import { refusal } from '../errors.ts'
import type { readConfigRequest } from '../requests.ts'
import type { Services } from '../services.ts'
import type { Config, Scope } from '../state/records.ts'
import type { RegistryState } from '../state/state.ts'
import { contextOf, isContext, isGlobalContext, isWithin } from '../subjects.ts'
import type { Writing } from '../writes.ts'
import { checkSubject, checkWritable } from './checks.ts'

/** Changes the fields that are given; gives all that is set then. */
export async function setConfig(
  scope: Scope,
  changes: ReturnType<typeof readConfigRequest>,
  { writes }: Services,
): Promise<Config> {
  checkSubject(scope, 'settings')
  return await writes.run(async ({ state, write }) => {
    checkWritable(state, scope)
    const fields = Object.entries({ ...state.configs.get(scope), ...changes })
    const value: Config = Object.fromEntries(fields.filter(([, one]) => one !== null))
    await write({ type: 'CONFIG', scope, value })
    return value
  })
}

/** Gives what was set. */
export async function deleteConfig(scope: Scope, { writes }: Services): Promise<Config> {
  return await writes.run(async ({ state, write }) => {
    const config = state.config(scope)
    if (config === undefined) throw refusal('subject-not-found', { subject: scope })
    checkWritable(state, scope)
    await write({ type: 'CONFIG', scope })
    return config
  })
}

/** `force` allows an import where there are schemas. */
export async function setMode(
  scope: Scope,
  mode: string | undefined,
  force: boolean,
  { writes }: Services,
): Promise<void> {
  checkSubject(scope, 'settings')
  if (mode === 'FORWARD' && !isGlobalContext(scope)) {
    throw refusal('mode-invalid', { why: 'Forward mode only supported on global level' })
  }
  await writes.run(async ({ state, write }) => {
    const begins = mode === 'IMPORT' && state.modeInScope(scope) !== 'IMPORT'
    if (begins && !force) await clearForImport(scope, { state, write })
    await write({ type: 'MODE', scope, ...(mode !== undefined && { value: mode }) })
  })
}

/** Gives the mode that was set; `recursive` takes those of all subjects of the context away too. */
export async function deleteMode(
  scope: Scope,
  recursive: boolean,
  { writes }: Services,
): Promise<string | undefined> {
  return await writes.run(async ({ state, write }) => {
    const mode = state.mode(scope)
    if (mode === undefined && !recursive) throw refusal('subject-not-found', { subject: scope })
    await write({ type: 'MODE', scope })
    if (!recursive || !isContext(scope)) return mode
    const inside = [...state.modes.keys()].filter(
      (one) => one !== scope && contextOf(one) === contextOf(scope),
    )
    for (const one of inside) await write({ type: 'MODE', scope: one })
    return mode
  })
}

/** An import begins without any versions, so that it can bring their numbers along. */
async function clearForImport(scope: Scope, { state, write }: Writing): Promise<void> {
  if (state.hasSubject(scope, false)) {
    const why = 'Cannot import since found existing subjects'
    throw refusal('not-permitted', { why })
  }
  for (const { subject, version } of versionsWithin(scope, state)) {
    if (state.versions.referrers(subject, version).length > 0) {
      throw refusal('reference-exists', { subject, version })
    }
  }
  for (const { subject, version } of versionsWithin(scope, state)) {
    await write({ type: 'SCHEMA', subject, version })
  }
  await write({ type: 'CLEAR_SUBJECT', scope, value: true })
}

function versionsWithin(scope: Scope, state: RegistryState) {
  return [...state.versions.subjects()]
    .filter((subject) => isWithin(subject, scope))
    .flatMap((subject) => state.versions.of(subject))
}
