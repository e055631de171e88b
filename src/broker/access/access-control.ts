import { type AclBinding, aclKey } from '../../access/acl.ts'
import { type AclFilter, fits } from '../../access/acl-filter.ts'
import { type AclOptions, Acls } from '../../access/acls.ts'
import type { Authorizer } from '../../access/authorizer.ts'
import { InsideRights } from '../../access/inside-rights.ts'
import { type ClusterState, clusterEntry } from '../cluster-state.ts'
import { brokerError } from '../errors.ts'
import type { StateTopic } from '../state-topic.ts'

export interface AccessOptions extends AclOptions {
  /** Rules of the configuration: they are there from the start, and clients cannot delete them. */
  readonly declared: readonly AclBinding[]
  /** What the parts of this process may do, beside all rules. */
  readonly inside?: readonly AclBinding[] | undefined
}

/** Who may do what: the rules of the configuration and those that clients made, which are records. */
export class AccessControl {
  readonly #acls: Acls
  readonly authorizer: Authorizer
  readonly #declared: ReadonlySet<string>
  readonly #state: ClusterState
  readonly #stateTopic: StateTopic
  readonly #mostAcls: number
  /** Changes happen one after the other. */
  #lastChange: Promise<unknown> = Promise.resolve()

  constructor(
    options: AccessOptions,
    parts: { state: ClusterState; stateTopic: StateTopic; mostAcls: number },
  ) {
    this.#acls = new Acls(options)
    this.authorizer = new InsideRights(this.#acls, options.inside ?? [])
    this.#declared = new Set(options.declared.map(aclKey))
    this.#state = parts.state
    this.#stateTopic = parts.stateTopic
    this.#mostAcls = parts.mostAcls
    for (const acl of options.declared) this.#acls.add(acl)
    for (const acl of parts.state.acls.values()) this.#acls.add(acl)
  }

  matching(filter: AclFilter): AclBinding[] {
    return [...this.#acls.all()].filter((acl) => fits(acl, filter))
  }

  isDeclared(acl: AclBinding): boolean {
    return this.#declared.has(aclKey(acl))
  }

  /** Those that are there already stay; on disk when it resolves. */
  async create(acls: readonly AclBinding[]): Promise<void> {
    await this.#change(async () => {
      const added = acls.filter((acl) => !this.#state.acls.has(aclKey(acl)))
      if (this.#state.acls.size + added.length > this.#mostAcls) {
        throw brokerError('too-many-acls', { limit: this.#mostAcls })
      }
      await this.#stateTopic.put(added.map((acl) => clusterEntry('acl', aclKey(acl), acl)))
      for (const acl of added) this.#acls.add(acl)
    })
  }

  /** Those of the configuration stay; on disk when it resolves. */
  async delete(acls: readonly AclBinding[]): Promise<void> {
    await this.#change(async () => {
      const known = acls.filter((acl) => this.#state.acls.has(aclKey(acl)))
      await this.#stateTopic.put(known.map((acl) => clusterEntry('acl', aclKey(acl), null)))
      for (const acl of known) if (!this.isDeclared(acl)) this.#acls.remove(acl)
    })
  }

  #change(change: () => Promise<void>): Promise<void> {
    const result = this.#lastChange.then(change)
    this.#lastChange = result.catch(() => {}) // Whoever asked for the change hears of it.
    return result
  }
}
