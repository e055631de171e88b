import type { SchemaIds, SubjectRule } from '../broker/index.ts'
import { platformError } from './errors.ts'

/** Producers wait for the answer, most of them for 30 seconds. */
const timeoutMs = 5000

/** The ids that a registry knows; it opens later than the broker that asks. */
export class RegisteredIds implements SchemaIds {
  #urls: readonly string[] = []
  /** Opened with the first question: few topics ask for schemas. */
  #registry: Promise<SchemaIds> | undefined

  askAt(urls: readonly string[]): void {
    this.#urls = urls
  }

  async isRegistered(id: number, rule: SubjectRule): Promise<boolean> {
    if (this.#urls.length === 0) throw platformError('registry-not-open', {})
    this.#registry ??= openRegistry(this.#urls)
    return await (await this.#registry).isRegistered(id, rule)
  }
}

async function openRegistry(urls: readonly string[]): Promise<SchemaIds> {
  const { isRegisteredFor, RegistryClient } = await import('../client/registry/index.ts')
  const registry = new RegistryClient({ urls, timeoutMs })
  return { isRegistered: (id, rule) => isRegisteredFor(rule, id, registry) }
}
