import type { Operation, ResourceType } from '../../access/acl.ts'
import { type CodedAcl, decodeAcl } from '../../access/acl-codes.ts'
import { type AclOptions, Acls } from '../../access/acls.ts'
import type { Authorizer, Resource } from '../../access/authorizer.ts'
import type { Principal } from '../../access/principal.ts'
import { type Clock, pause } from '../../base/clock.ts'
import { isError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { KafkaClient } from '../kafka/client.ts'
import { rulesIn } from './rules.ts'

export interface FollowedRulesOptions extends AclOptions {
  readonly client: Pick<KafkaClient, 'request'>
  readonly clock: Clock
  readonly logger: Logger
  /** How old the copy may be, in milliseconds. */
  readonly refreshMs?: number
}

const usualRefreshMs = 1000

/** The broker's rules, a moment old. Until they have been read for the first time nothing is allowed. */
export class FollowedRules implements Authorizer, AsyncDisposable {
  readonly #options: FollowedRulesOptions
  readonly #closing = new AbortController()
  #acls: Acls | 'everything'
  #read = ''
  #following: Promise<void> | undefined
  version = 0

  private constructor(options: FollowedRulesOptions) {
    this.#options = options
    this.#acls = new Acls({ ...options, allowEveryoneIfNoAclFound: false })
  }

  /** Resolves when the rules are there, or could not be had yet; then they are asked for again. */
  static async open(options: FollowedRulesOptions): Promise<FollowedRules> {
    const rules = new FollowedRules(options)
    await rules.#refresh()
    rules.#following = rules.#follow()
    return rules
  }

  allows(principal: Principal, host: string, operation: Operation, resource: Resource): boolean {
    return this.#acls === 'everything' || this.#acls.allows(principal, host, operation, resource)
  }

  allowsAny(principal: Principal, host: string, operation: Operation, type: ResourceType): boolean {
    return this.#acls === 'everything' || this.#acls.allowsAny(principal, host, operation, type)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#following
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #follow(): Promise<void> {
    const { clock, refreshMs = usualRefreshMs } = this.#options
    const { signal } = this.#closing
    while (!signal.aborted) {
      await pause(refreshMs, { clock, signal })
      if (!signal.aborted) await this.#refresh()
    }
  }

  /** A broker that does not answer leaves the rules as they were. */
  async #refresh(): Promise<void> {
    const { client, logger } = this.#options
    try {
      this.#take(await rulesIn(client))
    } catch (error) {
      if (isError(error, 'security-disabled')) this.#takeNoRules()
      else logger.warn('The ACLs cannot be read; those of before count', { error: `${error}` })
    }
  }

  #take(rules: readonly CodedAcl[]): void {
    const read = JSON.stringify(rules)
    if (read === this.#read) return
    this.#read = read
    const acls = new Acls(this.#options)
    for (const acl of rules.map(decodeAcl)) {
      if (typeof acl === 'string') this.#options.logger.warn('An ACL is not understood', { acl })
      else acls.add(acl)
    }
    this.#acls = acls
    this.version += 1
  }

  #takeNoRules(): void {
    if (this.#acls === 'everything') return
    this.#acls = 'everything'
    this.#read = ''
    this.version += 1
  }
}
