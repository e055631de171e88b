import { refusal } from '../errors.ts'
import type { Services } from '../services.ts'
import type { RegistryState } from '../state/state.ts'
import type { Version } from '../state/versions.ts'
import { contextOf } from '../subjects.ts'
import type { Writing } from '../writes.ts'
import { checkWritable } from './checks.ts'

/**
 * Deletes the versions of a subject: softly, so that their ids are still known, or for good those
 * that are softly deleted. Gives their numbers.
 */
export async function deleteSubject(
  subject: string,
  permanent: boolean,
  { writes }: Services,
): Promise<number[]> {
  return await writes.run(async ({ state, write }) => {
    if (!state.hasSubject(subject, true)) throw refusal('subject-not-found', { subject })
    if (!permanent && !state.hasSubject(subject, false)) {
      throw refusal('subject-soft-deleted', { subject })
    }
    checkWritable(state, subject)
    const versions = state.versions.of(subject).filter(({ deleted }) => permanent || !deleted)
    for (const { version, deleted } of versions) {
      checkUnreferred(state, subject, version, permanent, subject)
      if (permanent && !deleted) throw refusal('subject-not-soft-deleted', { subject })
    }
    if (permanent) {
      // The last first: a version may refer to one before it.
      for (const { version } of versions.toReversed()) {
        await write({ type: 'SCHEMA', subject, version })
      }
      await forgetSettings(subject, { state, write })
    } else {
      await write({ type: 'DELETE_SUBJECT', subject, value: versions.at(-1)?.version ?? 0 })
    }
    return versions.map(({ version }) => version)
  })
}

/** As `deleteSubject`, of one version. */
export async function deleteVersion(
  subject: string,
  wanted: number | 'latest',
  permanent: boolean,
  { writes }: Services,
): Promise<number> {
  return await writes.run(async ({ state, write }) => {
    const found = versionToDelete(state, subject, wanted)
    const { version } = found
    if (found.deleted && !permanent) throw refusal('version-soft-deleted', { subject, version })
    checkWritable(state, subject)
    checkUnreferred(state, subject, version, permanent)
    if (permanent && !found.deleted) {
      throw refusal('version-not-soft-deleted', { subject, version })
    }
    if (!permanent) {
      await write({ type: 'SCHEMA', subject, version, value: { ...found, deleted: true } })
      return version
    }
    await write({ type: 'SCHEMA', subject, version })
    if (state.versions.of(subject).length === 0) await forgetSettings(subject, { state, write })
    return version
  })
}

export async function deleteContext(context: string, { writes }: Services): Promise<void> {
  const scope = `:${context}:`
  await writes.run(async ({ state, write }) => {
    if (state.hasSubject(scope, true)) throw refusal('context-not-empty', { context: scope })
    await write({ type: 'CONTEXT', context })
  })
}

function versionToDelete(
  state: RegistryState,
  subject: string,
  wanted: number | 'latest',
): Version {
  const found =
    wanted === 'latest' ? state.versions.latest(subject) : state.versions.get(subject, wanted)
  if (found !== undefined) return found
  if (!state.hasSubject(subject, true)) throw refusal('subject-not-found', { subject })
  throw refusal('version-not-found', { version: wanted === 'latest' ? -1 : wanted })
}

/** What others refer to stays; `except` is a subject that goes as a whole. */
function checkUnreferred(
  state: RegistryState,
  subject: string,
  version: number,
  includingDeleted: boolean,
  except?: string,
): void {
  const isInTheWay = (one: Version) =>
    one.subject !== except && (includingDeleted || hasLive(state, one))
  if (state.versions.referrers(subject, version).some(isInTheWay)) {
    throw refusal('reference-exists', { subject, version })
  }
}

/** Whether a schema is still live, under whatever subject. */
function hasLive(state: RegistryState, { subject, id }: Version): boolean {
  return state.versions.withId(contextOf(subject), id).some(({ deleted }) => !deleted)
}

async function forgetSettings(subject: string, { state, write }: Writing): Promise<void> {
  if (state.modes.has(subject)) await write({ type: 'MODE', scope: subject })
  if (state.configs.has(subject)) await write({ type: 'CONFIG', scope: subject })
}
