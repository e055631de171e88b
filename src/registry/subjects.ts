/**
 * The names of subjects: `:.context:subject` is a subject in a context, a name without such a
 * beginning one in the default context, which is called `.`; `:*:` is every context.
 */
export const defaultContext = '.'
/** Its configuration and mode hold for all contexts that have none; it holds no schemas. */
const globalContext = '.__GLOBAL'
export const globalScope = `:${globalContext}:`
const anyContext = ':*:'

export interface SubjectName {
  readonly context: string
  /** Empty for the context itself. */
  readonly name: string
}

export function parseSubject(subject: string): SubjectName {
  if (!subject.startsWith(':.')) return { context: defaultContext, name: subject }
  const end = subject.indexOf(':', 2)
  if (end < 0) return { context: subject.slice(1), name: '' }
  return { context: subject.slice(1, end), name: subject.slice(end + 1) }
}

export function subjectIn(context: string, name: string): string {
  return context === defaultContext ? name : `:${context}:${name}`
}

/** Every way to write a subject as the one by which it is kept. */
export function normalSubject(subject: string): string {
  const { context, name } = parseSubject(subject)
  return subjectIn(context, name)
}

export function contextOf(subject: string): string {
  return parseSubject(subject).context
}

/** What a schema or a configuration of `parent` means by `subject`: one of its own context. */
export function qualified(parent: string, subject: string): string {
  const { context, name } = parseSubject(subject)
  return subjectIn(context === defaultContext ? contextOf(parent) : context, name)
}

/** The context of a path or a parameter, where `.a`, `a` and `:.a:` are the same. */
export function contextNamed(text: string): string {
  const bare = text.replace(/^:/, '').replace(/:$/, '')
  return bare.startsWith('.') ? bare : `.${bare}`
}

export function isUsableSubject(subject: string, use: 'schemas' | 'settings'): boolean {
  const { context, name } = parseSubject(subject)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are refused.
  if (/[\u0000-\u001f\u007f-\u009f]/.test(subject)) return false
  if (name === '__GLOBAL' || name === '__EMPTY') return false
  return use === 'settings' || (context !== globalContext && name !== '')
}

/** Whether the configuration or mode of `scope` is one that a whole context shares. */
export function isContext(scope: string): boolean {
  return parseSubject(scope).name === ''
}

export function isGlobalContext(scope: string): boolean {
  return contextOf(scope) === globalContext
}

/** Whether a subject begins with a prefix, in its context or, after `:*:`, in any. */
export function hasPrefix(subject: string, prefix: string): boolean {
  const { context, name } = parseSubject(subject)
  if (prefix.startsWith(anyContext)) return name.startsWith(prefix.slice(anyContext.length))
  const wanted = parseSubject(prefix)
  return context === wanted.context && name.startsWith(wanted.name)
}

/** Whether a subject belongs to a scope: it is it, or lies in that context. */
export function isWithin(subject: string, scope: string): boolean {
  if (subject === scope) return true
  return isContext(scope) && (isGlobalContext(scope) || contextOf(subject) === contextOf(scope))
}
