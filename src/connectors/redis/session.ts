import { atMost, type Clock, pause } from '../../base/clock.ts'
import { RetriableError } from '../../connect/kit/index.ts'
import { type Address, tlsOptions } from './address.ts'
import { redisError } from './errors.ts'
import { away, refusal } from './failures.ts'

/** A command's words. */
export type Command = readonly (string | Buffer)[]

type RedisModule = typeof import('@redis/client')
type RedisClient = ReturnType<RedisModule['createClient']>

/** One connection to Redis. What fails says whether it may work later. */
export class Session {
  readonly #redis: RedisModule
  readonly #client: RedisClient
  readonly #address: Address
  readonly #clock: Clock

  /** Once. Throws `RetriableError`, 'refused'. */
  static async open(address: Address, clock: Clock): Promise<Session> {
    const redis = await import('@redis/client')
    const { host, port, userName, password, database, connectTimeoutMs } = address
    const tls = await tlsOptions(address)
    const client = redis.createClient({
      socket: {
        ...{ host, port, connectTimeout: connectTimeoutMs, reconnectStrategy: false },
        ...tls,
      },
      ...{ RESP: 2, database, disableOfflineQueue: true, disableClientInfo: true },
      ...(userName && { username: userName }),
      ...(password && { password }),
    }) as RedisClient
    const session = new Session(redis, client, address, clock)
    // Every call tells of what it meets; without a listener the event would end the process.
    client.on('error', () => {})
    try {
      await client.connect()
    } catch (error) {
      client.destroy()
      throw session.#told(error, true)
    }
    return session
  }

  private constructor(redis: RedisModule, client: RedisClient, address: Address, clock: Clock) {
    this.#redis = redis
    this.#client = client
    this.#address = address
    this.#clock = clock
  }

  /** All commands, or none of them where there is no answer. */
  async runTogether(commands: readonly Command[]): Promise<void> {
    const together = this.#client.multi()
    for (const command of commands) together.addCommand([...command])
    await this.#inTime(together.exec())
  }

  async texts(keys: readonly string[]): Promise<readonly (string | null)[]> {
    if (keys.length === 0) return []
    return await this.#inTime(this.#client.mGet([...keys]))
  }

  close(): void {
    if (this.#client.isOpen) this.#client.destroy()
  }

  async #inTime<Result>(answer: Promise<Result>): Promise<Result> {
    const { operationTimeoutMs } = this.#address
    try {
      if (await atMost(this.#clock, operationTimeoutMs, answer)) return await answer
    } catch (error) {
      throw this.#told(error, false)
    }
    answer.catch(() => {})
    this.close()
    throw away(new Error(`no answer in ${operationTimeoutMs} ms`), this.#place)
  }

  #told(error: unknown, isConnecting: boolean): Error {
    const { ErrorReply, MultiErrorReply } = this.#redis
    if (error instanceof MultiErrorReply) {
      const [first] = error.errors()
      return this.#told(first ?? new Error('a command failed'), isConnecting)
    }
    if (!(error instanceof ErrorReply)) return away(error, this.#place)
    const { message } = error
    const failure = refusal(message, this.#place, error)
    // Before there are records, none of them can be to blame.
    if (!isConnecting || failure instanceof RetriableError) return failure
    return redisError('refused', { place: this.#place, why: message }, { cause: error })
  }

  get #place(): string {
    return `${this.#address.host}:${this.#address.port}`
  }
}

/** As often and as patiently as the configuration says. */
export async function openPatiently(
  address: Address,
  surroundings: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Session> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await Session.open(address, surroundings.clock)
    } catch (error) {
      const isLast = attempt >= address.attempts || surroundings.signal.aborted
      if (isLast || !(error instanceof RetriableError)) throw error
      await pause(address.retryDelayMs, surroundings)
    }
  }
}
