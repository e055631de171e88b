/** What this worker cannot do itself another one is asked for, by HTTP. */
import type { Context } from 'hono'
import { isError } from '../../base/errors.ts'
import { visitorOf } from '../../client/doors/index.ts'
import { connectError } from '../errors.ts'
import type { Unit } from '../running/slot.ts'
import type { StatusOf } from '../state/status-store.ts'
import type { RouteServices } from './services.ts'

/** Absent at first, then `true`, then `false`: after two hops the workers do not agree who is who. */
const hopParameter = 'forward'
const longestAnswerMs = 90_000

export class Forwarding {
  readonly #services: RouteServices

  constructor(services: RouteServices) {
    this.#services = services
  }

  /** Has the leader answer, where that is another worker. */
  async leader(context: Context, answer: () => Promise<Response>): Promise<Response> {
    try {
      return await answer()
    } catch (error) {
      if (!isError(error, 'not-leader')) throw error
      const { leader } = error.facts as { leader: string | undefined }
      return await this.#forward(context, leader)
    }
  }

  /** Has the worker act that runs a connector or a task. */
  async owner(context: Context, of: StatusOf, act: (unit: Unit) => void): Promise<Response> {
    const { connectors, herder, calls } = this.#services
    const { tasks } = known(of, this.#services)
    if (of.task !== undefined && of.task >= tasks.length) {
      throw connectError('not-found', { what: `Unknown task: ${of.connector}-${of.task}` })
    }
    const unit = herder.unit(of)
    if (unit !== undefined) {
      act(unit)
      return context.body(null, 204)
    }
    const { worker_id: worker } =
      of.task === undefined
        ? connectors.state(of.connector).connector
        : connectors.taskState(of.connector, of.task)
    return await this.#forward(context, `${calls.scheme}://${worker}`)
  }

  async #forward(context: Context, base: string | undefined): Promise<Response> {
    const hop = context.req.query(hopParameter)
    if (base === undefined || hop === 'false') {
      const why =
        base === undefined
          ? 'Cannot complete request momentarily due to no known leader URL, likely because a rebalance was underway.'
          : 'Cannot complete request because of a conflicting operation (e.g. worker rebalance)'
      throw connectError('conflict', { why })
    }
    const url = new URL(context.req.url)
    const target = new URL(url.pathname + url.search, base)
    target.searchParams.set(hopParameter, hop === undefined ? 'true' : 'false')
    const { method } = context.req
    const signature = context.req.header('x-connect-authorization')
    const { status, headers, text } = await this.#services.calls.ask(target, {
      method,
      headers: signature === undefined ? {} : { 'x-connect-authorization': signature },
      ...(method !== 'GET' && { body: await context.req.text() }),
      as: visitorOf(context.env.incoming),
      timeoutMs: longestAnswerMs,
    })
    const told = new Headers()
    for (const name of ['content-type', 'location'] as const) {
      const value = headers[name]
      if (value !== undefined) told.set(name, value)
    }
    return new Response(text === '' ? null : text, { status, headers: told })
  }
}

function known({ connector }: StatusOf, { connectors }: RouteServices) {
  try {
    return connectors.stored(connector)
  } catch (cause) {
    throw connectError('not-found', { what: `Unknown connector: ${connector}` }, { cause })
  }
}
