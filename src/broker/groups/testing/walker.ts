/** A consumer that does what it is told, whenever a random test tells it, and checks every answer. */
import assert from 'node:assert/strict'
import { errorCode } from '../../../protocols/kafka/error-codes.ts'
import type { GroupCoordinator } from '../index.ts'

export const groupName = 'walkers'
const walkerSessionMs = 10_000

/** What all walkers of a run know together: who led which generation and what was given in it. */
export class Diary {
  readonly nameOf = new Map<string, string>()
  readonly given = new Map<number, ReadonlySet<string>>()
  readonly #leaders = new Map<number, string>()

  leads(generation: number, name: string): void {
    const before = this.#leaders.get(generation) ?? name
    assert.equal(name, before, `generation ${generation} has two leaders`)
    this.#leaders.set(generation, name)
  }
}

export class Walker {
  readonly name: string
  readonly isStatic: boolean
  generation = -1
  /** Its part, as the leader of its generation wrote it; empty until it has one. */
  part = ''
  /** Set while an answer is awaited, so that nobody tells it anything meanwhile. */
  isBusy = false
  #id = ''
  #isAlive = true
  #hasJoined = false
  #assigns: readonly string[] = []
  readonly #groups: GroupCoordinator
  readonly #diary: Diary

  constructor(name: string, isStatic: boolean, groups: GroupCoordinator, diary: Diary) {
    this.name = name
    this.isStatic = isStatic
    this.#groups = groups
    this.#diary = diary
  }

  get isSettled(): boolean {
    return this.#hasJoined && this.part !== ''
  }

  /** It is gone and hears no answer any more. */
  crash(): void {
    this.#isAlive = false
  }

  leave(): void {
    if (this.#id === '') return
    const code = this.#groups.leave(groupName, this.#id, this.#instance)
    assert.ok(
      code === errorCode.NONE ||
        code === errorCode.UNKNOWN_MEMBER_ID ||
        code === errorCode.FENCED_INSTANCE_ID,
    )
    this.#forget()
  }

  /** The next thing that a consumer does: joins, asks for its part, or says that it lives. */
  async step(protocolMetadata: string): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    if (!this.#hasJoined) await this.#join(protocolMetadata)
    else if (this.part === '') await this.#sync()
    else this.#heartbeat()
    this.isBusy = false
  }

  get #instance(): string | null {
    return this.isStatic ? this.name : null
  }

  async #join(metadata: string): Promise<void> {
    const answer = await this.#groups.join(groupName, {
      memberId: this.#id,
      groupInstanceId: this.#instance,
      clientId: this.name,
      clientHost: '/127.0.0.1',
      sessionTimeoutMs: walkerSessionMs,
      rebalanceTimeoutMs: 20_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Buffer.from(metadata) }],
      requireKnownMemberId: true,
      supportsSkippingAssignment: true,
    })
    if (!this.#isAlive) return
    if (answer.errorCode === errorCode.MEMBER_ID_REQUIRED) {
      this.#id = answer.memberId
      return
    }
    if (answer.errorCode !== errorCode.NONE) return this.#failed(answer.errorCode)
    this.#id = answer.memberId
    this.#diary.nameOf.set(answer.memberId, this.name)
    assert.ok(answer.generationId >= this.generation, `${this.name} went back a generation`)
    this.generation = answer.generationId
    this.#hasJoined = true
    this.#assigns = answer.skipAssignment ? [] : answer.members.map(({ memberId }) => memberId)
    if (answer.leader === answer.memberId) this.#diary.leads(this.generation, this.name)
    else assert.equal(answer.members.length, 0, 'only the leader is told of the others')
  }

  async #sync(): Promise<void> {
    const { generation } = this
    const names = this.#assigns.map((id) => this.#diary.nameOf.get(id) ?? id)
    // The others may not have heard their answer yet, so their parts go by id.
    const assignments = this.#assigns.map((memberId) => ({
      memberId,
      assignment: Buffer.from(`${generation}:${memberId}`),
    }))
    if (names.length > 0) this.#diary.given.set(generation, new Set(this.#assigns))
    const answer = await this.#groups.sync(groupName, {
      generationId: generation,
      memberId: this.#id,
      groupInstanceId: this.#instance,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments,
    })
    if (!this.#isAlive) return
    if (answer.errorCode !== errorCode.NONE) return this.#failed(answer.errorCode)
    this.part = String(answer.assignment)
    const [ofGeneration, ofId = ''] = this.part.split(':')
    assert.equal(Number(ofGeneration), generation, `${this.name} got another generation's part`)
    if (!this.isStatic) assert.equal(ofId, this.#id, `${this.name} got another one's part`)
    else assert.equal(this.#diary.nameOf.get(ofId) ?? this.name, this.name)
  }

  #heartbeat(): void {
    const code = this.#groups.heartbeat(groupName, {
      generationId: this.generation,
      memberId: this.#id,
      groupInstanceId: this.#instance,
    })
    if (code !== errorCode.NONE) this.#failed(code)
  }

  #failed(code: number): void {
    this.#hasJoined = false
    this.part = ''
    if (code === errorCode.REBALANCE_IN_PROGRESS || code === errorCode.ILLEGAL_GENERATION) return
    assert.ok(
      code === errorCode.UNKNOWN_MEMBER_ID || code === errorCode.FENCED_INSTANCE_ID,
      `${this.name} was told error ${code}`,
    )
    this.#forget()
  }

  #forget(): void {
    this.#id = ''
    this.#hasJoined = false
    this.part = ''
    this.#assigns = []
  }
}
