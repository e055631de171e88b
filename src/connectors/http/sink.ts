import type { Clock } from '../../base/clock.ts'
import {
  BadRecordError,
  RetriableError,
  type SinkContext,
  type SinkRecord,
  type SinkTask,
  sink,
} from '../../connect/kit/index.ts'
import { bodyOf, contentTypeOf } from './body.ts'
import { httpError } from './errors.ts'
import { parseHeaders } from './headers.ts'
import { type HttpValues, options, topicToken } from './options.ts'
import { retryAfterMs } from './retry-after.ts'
import { isIn, parseStatuses } from './statuses.ts'

export const httpSink = sink({
  kind: 'sink',
  names: ['io.confluent.connect.http.HttpSinkConnector', 'HttpSink'],
  version: '1',
  about: 'Sends records to an API over HTTP.',
  options,
  open: async (context) => new HttpSinkTask(context),
})

/** Answers that are about the configuration, not about a record. */
const ofConfiguration: ReadonlySet<number> = new Set([401, 403, 404, 405, 407])
/** How much of an answer is told. */
const toldChars = 300

class HttpSinkTask implements SinkTask {
  readonly #values: HttpValues
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #headers: readonly [string, string][]
  /** Taken by the API: a batch that comes again, or in halves, does not bring them twice. */
  readonly #taken = new WeakSet<SinkRecord>()
  #failures = 0

  constructor({ values, clock, signal }: SinkContext<HttpValues>) {
    this.#values = values
    this.#clock = clock
    this.#signal = signal
    this.#headers = headersOf(values)
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    const most = this.#values['batch.max.size']
    const fresh = this.#withValues(records).filter((record) => !this.#taken.has(record))
    for (const batch of batchesOf(fresh, most)) {
      await this.#send(batch)
      for (const record of batch) this.#taken.add(record)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #withValues(records: readonly SinkRecord[]): readonly SinkRecord[] {
    const isNone = ({ value }: SinkRecord) => value === null || value === undefined
    if (this.#values['behavior.on.null.values'] === 'ignore') {
      return records.filter((record) => !isNone(record))
    }
    if (records.some(isNone)) throw new BadRecordError('a record has no value')
    return records
  }

  async #send(records: readonly SinkRecord[]): Promise<void> {
    const body = bodyOf(records, this.#values)
    const url = this.#urlFor(records[0]?.topic ?? '')
    try {
      await this.#request(url, body)
      this.#failures = 0
    } catch (error) {
      if (!(error instanceof RetriableError)) throw error
      this.#failures++
      if (this.#failures <= this.#values['max.retries']) throw error
      const attempts = this.#failures
      throw httpError('retries-exhausted', { attempts, why: error.message }, { cause: error })
    }
  }

  #urlFor(topic: string): URL {
    const url = new URL(
      this.#values['http.api.url'].replaceAll(topicToken, encodeURIComponent(topic)),
    )
    const allowed = this.#values['http.allowed.hosts']
    if (allowed.length > 0 && !allowed.includes(url.hostname) && !allowed.includes(url.host)) {
      throw httpError('host-not-allowed', { host: url.host, url: shown(url) })
    }
    return url
  }

  async #request(url: URL, body: string | Buffer): Promise<void> {
    const timeoutMs = this.#values['http.request.timeout.ms']
    const tooLong = new AbortController()
    const timer = this.#clock.after(timeoutMs, () =>
      tooLong.abort(new Error(`no answer in ${timeoutMs} ms`)),
    )
    try {
      const answer = await fetch(url, {
        ...{ method: this.#values['request.method'], headers: [...this.#headers] },
        ...{ body: typeof body === 'string' ? body : new Uint8Array(body), redirect: 'manual' },
        signal: AbortSignal.any([tooLong.signal, this.#signal]),
      })
      if (answer.ok) return await answer.body?.cancel()
      throw this.#refusal(url, answer, await beginningOf(answer))
    } catch (error) {
      if (!(error instanceof TypeError) && !tooLong.signal.aborted) throw error
      const afterMs = this.#values['retry.backoff.ms']
      throw new RetriableError(`${shown(url)}: ${reasonOf(error)}`, { cause: error, afterMs })
    } finally {
      timer.cancel()
    }
  }

  #refusal(url: URL, answer: Response, text: string): Error {
    const { status } = answer
    const said = `${shown(url)} answered ${status}${text === '' ? '' : `: ${text}`}`
    if (isIn(parseStatuses(this.#values['retry.on.status.codes']) ?? [], status)) {
      const asked = retryAfterMs(answer.headers.get('retry-after'), this.#clock.now())
      return new RetriableError(said, { afterMs: asked ?? this.#values['retry.backoff.ms'] })
    }
    const isOfRecords = status >= 400 && status < 500 && !ofConfiguration.has(status)
    if (isOfRecords) return new BadRecordError(said)
    return httpError('refused', { url: shown(url), status, answer: text })
  }
}

function headersOf(values: HttpValues): [string, string][] {
  const given = parseHeaders(values.headers, values['header.separator']) ?? []
  const has = (name: string) => given.some(([one]) => one.toLowerCase() === name)
  return [
    ...(has('content-type') ? [] : [['content-type', contentTypeOf(values)] as [string, string]]),
    ...authorizationOf(values),
    ...given,
  ]
}

function authorizationOf(values: HttpValues): [string, string][] {
  switch (values['auth.type']) {
    case 'BASIC': {
      const pair = `${values['connection.user']}:${values['connection.password']}`
      return [['authorization', `Basic ${Buffer.from(pair).toString('base64')}`]]
    }
    case 'BEARER':
      return [['authorization', `Bearer ${values['bearer.token']}`]]
    default:
      return []
  }
}

/** In their order, and each of one topic, because that may be in the URL. */
function batchesOf(records: readonly SinkRecord[], most: number): SinkRecord[][] {
  const batches: SinkRecord[][] = []
  for (const record of records) {
    const batch = batches[batches.length - 1]
    if (batch !== undefined && batch.length < most && batch[0]?.topic === record.topic) {
      batch.push(record)
    } else batches.push([record])
  }
  return batches
}

/** Without what may be secret in it. */
function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`
}

async function beginningOf(answer: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const piece of answer.body ?? []) {
    text += decoder.decode(piece, { stream: true })
    if (text.length >= toldChars) break
  }
  return text.slice(0, toldChars).trim()
}

/** `fetch` says "fetch failed" and keeps the reason to itself. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
