/**
 * Paths as the routes know them: `/contexts/.c/subjects/s` is `/subjects/:.c:s`, and a subject with
 * an alias is the subject that the alias names.
 */
import type { RegistryState } from '../state/state.ts'
import { contextNamed, defaultContext, qualified, subjectIn } from '../subjects.ts'

/** Where the subject stands behind this first step. */
const beforeSubject = ['subjects', 'config', 'mode']

/** The path of a URL, rewritten; steps stay percent-encoded. */
export function routedPath(url: string, state: RegistryState): string {
  const { context, steps } = split(url)
  if (steps.length === 0 && context !== defaultContext) {
    return `/contexts/${encodeURIComponent(`:${context}:`)}`
  }
  const at = steps.findIndex((step) => beforeSubject.includes(step))
  const isInRange = at === 0 || (at === 1 && steps[0] === 'compatibility')
  if (!isInRange) return `/${steps.join('/')}`
  const isSetting = steps[at] !== 'subjects'
  const given = steps[at + 1]
  if (given === undefined) {
    // The configuration of the context itself.
    const scope = isSetting ? subjectIn(context, '') : ''
    return scope === '' ? `/${steps.join('/')}` : `/${steps[at]}/${encodeURIComponent(scope)}`
  }
  const subject = inContext(context, decoded(given))
  const meant = isSetting ? subject : aliased(subject, state)
  return `/${[...steps.slice(0, at + 1), encodeURIComponent(meant), ...steps.slice(at + 2)].join('/')}`
}

/** The context that the path of a URL begins with. */
export function contextOfPath(url: string): string {
  return split(url).context
}

/** A subject, or the beginning of one, in the context of the path unless it names its own. */
export function inContext(context: string, subject: string): string {
  return subject.startsWith(':') ? subject : subjectIn(context, subject)
}

export function aliased(subject: string, state: RegistryState): string {
  const alias = state.configs.get(subject)?.alias
  return alias ? qualified(subject, alias) : subject
}

function split(url: string): { context: string; steps: string[] } {
  const path = /^(?:[a-z]+:\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1] ?? ''
  const steps = path.split('/').filter((step) => step !== '')
  const [first, context, ...rest] = steps
  // Without more behind it, it is the context itself that is asked for.
  if (first !== 'contexts' || context === undefined || rest.length === 0) {
    return { context: defaultContext, steps }
  }
  return { context: contextNamed(decoded(context)), steps: rest }
}

/** What is not percent-encoded as it should be stays as it is. */
function decoded(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}
