import {
  type EntityType,
  entityKey,
  entityTypes,
  type Quota,
  type QuotaEntity,
  type QuotaKey,
  quotaKeys,
} from '../../access/quota.ts'

/** A limit, and who share it: all clients for which the text is the same. */
export interface Limit {
  readonly perSecond: number
  readonly sharedBy: string
}

type Limits = { readonly [Key in QuotaKey]?: Limit }

/** How many clients' limits are remembered; with more it begins anew. */
const mostRemembered = 1000

/** All quotas, and which of them counts for whom. */
export class QuotaTable {
  readonly #declared: ReadonlyMap<string, Quota>
  readonly #stored: ReadonlyMap<string, Quota>
  readonly #remembered = new Map<string, Limits>()
  #keys: ReadonlySet<QuotaKey> = new Set()

  /** `stored` is looked at again at each `changed`; its values go before those that are declared. */
  constructor(declared: readonly Quota[], stored: ReadonlyMap<string, Quota>) {
    this.#declared = new Map(declared.map((quota) => [entityKey(quota.entity), quota]))
    this.#stored = stored
    this.changed()
  }

  changed(): void {
    this.#remembered.clear()
    this.#keys = new Set(this.all().flatMap(({ values }) => Object.keys(values) as QuotaKey[]))
  }

  /** Whether anybody has a quota of this kind: without any, nothing is measured. */
  limits(key: QuotaKey): boolean {
    return this.#keys.has(key)
  }

  all(): Quota[] {
    const names = new Set([...this.#declared.keys(), ...this.#stored.keys()])
    return [...names].map((name) => {
      const [declared, stored] = [this.#declared.get(name), this.#stored.get(name)]
      const entity = stored?.entity ?? declared?.entity ?? {}
      return { entity, values: { ...declared?.values, ...stored?.values } }
    })
  }

  ofClient(key: QuotaKey, user: string, clientId: string): Limit | undefined {
    const name = JSON.stringify([user, clientId])
    let limits = this.#remembered.get(name)
    if (limits === undefined) {
      limits = this.#limitsOf(candidates(user, clientId), { user, 'client-id': clientId })
      if (this.#remembered.size >= mostRemembered) this.#remembered.clear()
      this.#remembered.set(name, limits)
    }
    return limits[key]
  }

  ofAddress(ip: string): Limit | undefined {
    return this.#limitsOf([{ ip }, { ip: null }], { ip }).connection_creation_rate
  }

  /** Of each kind the first that there is. A default is shared by as few as a quota of their own. */
  #limitsOf(entities: readonly QuotaEntity[], who: Partial<Record<EntityType, string>>): Limits {
    const limits: { [Key in QuotaKey]?: Limit } = {}
    for (const entity of entities) {
      const name = entityKey(entity)
      const values = { ...this.#declared.get(name)?.values, ...this.#stored.get(name)?.values }
      const types = entityTypes.filter((type) => entity[type] !== undefined)
      for (const key of Object.keys(quotaKeys) as QuotaKey[]) {
        const perSecond = values[key]
        if (perSecond === undefined || limits[key] !== undefined) continue
        const sharedBy = JSON.stringify([key, ...types.map((type) => [type, who[type]])])
        limits[key] = { perSecond, sharedBy }
      }
    }
    return limits
  }
}

/** The quotas that may be meant, the first before the others, in Kafka's order. */
function candidates(user: string, clientId: string): QuotaEntity[] {
  return [
    { user, 'client-id': clientId },
    { user, 'client-id': null },
    { user },
    { user: null, 'client-id': clientId },
    { user: null, 'client-id': null },
    { user: null },
    { 'client-id': clientId },
    { 'client-id': null },
  ]
}
