import type { Timer } from '../../base/clock.ts'

export interface Protocol {
  readonly name: string
  readonly metadata: Buffer
}

export interface JoinResult {
  readonly errorCode: number
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string
  readonly memberId: string
  readonly skipAssignment: boolean
  /** For the leader only, who assigns. */
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly metadata: Buffer
  }[]
}

export interface SyncResult {
  readonly errorCode: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

/** What a member says of itself when it joins. */
export interface Joining {
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly Protocol[]
}

const nothing = Buffer.alloc(0)

/** One member of a group, and what it waits for. */
export class Member {
  id: string
  readonly groupInstanceId: string | null
  clientId: string
  clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  protocolType: string
  protocols: readonly Protocol[]
  assignment: Buffer = nothing
  /** Until it is part of a generation. */
  isNew = true
  /** Answers its JoinGroup, while it waits for the others … */
  joined: ((result: JoinResult) => void) | undefined
  /** … and its SyncGroup, while it waits for the leader. */
  synced: ((result: SyncResult) => void) | undefined
  session: Timer | undefined

  constructor(id: string, of: Joining) {
    this.id = id
    this.groupInstanceId = of.groupInstanceId
    this.clientId = of.clientId
    this.clientHost = of.clientHost
    this.sessionTimeoutMs = of.sessionTimeoutMs
    this.rebalanceTimeoutMs = of.rebalanceTimeoutMs
    this.protocolType = of.protocolType
    this.protocols = of.protocols
  }

  /** A member that waits for us cannot be late itself. */
  get isWaiting(): boolean {
    return this.joined !== undefined || this.synced !== undefined
  }

  /** Takes over what it says now: its protocols and its patience may have changed. */
  update(of: Joining): void {
    this.protocols = of.protocols
    this.protocolType = of.protocolType
    this.sessionTimeoutMs = of.sessionTimeoutMs
    this.rebalanceTimeoutMs = of.rebalanceTimeoutMs
    this.clientId = of.clientId
    this.clientHost = of.clientHost
  }

  supports(protocol: string): boolean {
    return this.protocols.some(({ name }) => name === protocol)
  }

  metadataOf(protocol: string | null): Buffer {
    return this.protocols.find(({ name }) => name === protocol)?.metadata ?? nothing
  }

  /** Whether it joins with just what it joined with before. */
  hasProtocols(protocols: readonly Protocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, index) => {
        const own = this.protocols[index]
        return own?.name === name && own.metadata.equals(metadata)
      })
    )
  }

  answerJoin(result: JoinResult): void {
    const joined = this.joined
    this.joined = undefined
    joined?.(result)
  }

  answerSync(result: SyncResult): void {
    const synced = this.synced
    this.synced = undefined
    synced?.(result)
  }
}
