import {
  contextOf,
  defaultContext,
  globalScope,
  isContext,
  isWithin,
  normalSubject,
} from '../subjects.ts'
import type { Change, Config, SchemaValue, Scope } from './records.ts'
import { guidOfValue, type Version, Versions } from './versions.ts'

/** What a record did: it holds, or it came too late and what was there before holds. */
export type Verdict =
  | { readonly holds: true }
  | { readonly holds: false; readonly instead: SchemaValue | undefined }

const holds: Verdict = { holds: true }
const defaultConfig: Config = { compatibilityLevel: 'BACKWARD' }
const defaultMode = 'READWRITE'

/**
 * What the records of the topic add up to. Every registry that reads the same records comes to the
 * same state, and to the same verdict on each: of two registries that take the same id or version
 * at once, the one whose record stands first has it.
 */
export class RegistryState {
  readonly versions = new Versions()
  readonly configs = new Map<Scope, Config>()
  readonly modes = new Map<Scope, string>()
  readonly #contexts = new Set<string>()

  apply(change: Change, ts: number): Verdict {
    switch (change.type) {
      case 'SCHEMA':
        return this.#applySchema(change, ts)
      case 'CONFIG':
        setOrDelete(this.configs, change.scope, change.value)
        return holds
      case 'MODE':
        setOrDelete(this.modes, change.scope, change.value)
        return holds
      case 'CONTEXT':
        if (change.value) this.#contexts.add(change.context)
        else this.#contexts.delete(change.context)
        return holds
      case 'DELETE_SUBJECT':
        for (const version of this.versions.of(change.subject)) {
          if (version.version > (change.value ?? 0) || version.deleted) continue
          this.versions.put({ ...version, deleted: true }, version.ts)
        }
        return holds
      case 'CLEAR_SUBJECT':
        if (change.value) this.#clear(change.scope)
        return holds
    }
  }

  contexts(): string[] {
    return [defaultContext, ...[...this.#contexts].sort()]
  }

  hasContext(context: string): boolean {
    return context === defaultContext || this.#contexts.has(context)
  }

  hasSubject(scope: string, deleted: boolean): boolean {
    if (!isContext(scope)) return this.#has(scope, deleted)
    for (const subject of this.versions.subjects()) {
      if (isWithin(subject, scope) && this.#has(subject, deleted)) return true
    }
    return false
  }

  /** What was set for this scope itself; of all contexts there is always one. */
  config(scope: Scope): Config | undefined {
    const config = this.configs.get(scope)
    if (config !== undefined) return { ...defaultConfig, ...config }
    return scope === '' || scope === globalScope ? defaultConfig : undefined
  }

  /** What holds for the subject: its own, else its context's, else that of all contexts. */
  configInScope(scope: Scope): Config {
    const own = this.configs.get(scope)
    const shared = this.configs.get(contextScope(scope)) ?? this.configs.get(globalScope)
    if (own === undefined || scope === '') return { ...defaultConfig, ...(own ?? shared) }
    return { ...defaultConfig, ...inherited(this.config('') ?? {}), ...own }
  }

  mode(scope: Scope): string | undefined {
    return (
      this.modes.get(scope) ?? (scope === '' || scope === globalScope ? defaultMode : undefined)
    )
  }

  modeInScope(scope: Scope): string {
    return (
      this.modes.get(scope) ??
      this.modes.get(contextScope(scope)) ??
      this.modes.get(globalScope) ??
      defaultMode
    )
  }

  isImporting(subject: string): boolean {
    const mode = this.modeInScope(subject)
    return mode === 'IMPORT' || mode === 'FORWARD'
  }

  #has(subject: string, deleted: boolean): boolean {
    return this.versions.of(subject).some((version) => deleted || !version.deleted)
  }

  #applySchema({ subject, version, value }: Change & { type: 'SCHEMA' }, ts: number): Verdict {
    if (value === undefined) {
      this.versions.remove(subject, version)
      return holds
    }
    const current = this.versions.get(subject, version)
    if (this.#isTaken(current, value)) {
      // Nobody takes the number again that a late record asked for.
      this.versions.noteId(contextOf(subject), value.id)
      return { holds: false, instead: current }
    }
    this.versions.put(value, value.deleted ? (current?.ts ?? ts) : ts)
    return holds
  }

  #isTaken(current: Version | undefined, value: SchemaValue): boolean {
    const imports = this.isImporting(value.subject)
    const [sharing] = this.versions.withId(contextOf(value.subject), value.id)
    if (sharing !== undefined) {
      if (sharing.schema !== value.schema) return true
      if (!imports && sharing.guid !== guidOfValue(value)) return true
    }
    if (current === undefined || imports) return false
    const isSame = current.id === value.id && current.schema === value.schema
    return !isSame || (current.deleted && !value.deleted)
  }

  #clear(scope: Scope): void {
    const subjects = [...this.versions.subjects()].filter((one) => isWithin(one, scope))
    for (const subject of subjects) {
      for (const { version, deleted } of this.versions.of(subject)) {
        if (deleted) this.versions.remove(subject, version)
      }
    }
  }
}

/** The scope of the context that a subject lies in. */
function contextScope(scope: Scope): Scope {
  const context = contextOf(scope)
  return context === defaultContext ? '' : normalSubject(`:${context}:`)
}

/** What a subject with a configuration of its own still takes from that of all. */
function inherited(config: Config): Config {
  const {
    alias: _alias,
    aliasForDeks: _aliasForDeks,
    compatibilityLevel: _compatibilityLevel,
    defaultMetadata: _defaultMetadata,
    overrideMetadata: _overrideMetadata,
    defaultRuleSet: _defaultRuleSet,
    overrideRuleSet: _overrideRuleSet,
    ...rest
  } = config
  return rest
}

function setOrDelete<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}
