/** A console at an address of its own, with doubles for what is behind it. */
import { systemClock } from '../../base/clock.ts'
import { HttpDoors } from '../../base/http-doors.ts'
import { silentLogger } from '../../base/logger.ts'
import { Metrics } from '../../base/metrics.ts'
import { systemRandom } from '../../base/random.ts'
import { type ConsoleOptions, openConsole } from '../console.ts'

export async function opened(options: Partial<ConsoleOptions> = {}) {
  const console = openConsole({
    ...{
      entrance: undefined,
      roles: undefined,
      url: undefined,
      allowedHosts: [],
      client: undefined,
      login: undefined,
    },
    ...{ registry: undefined, connect: undefined, metrics: new Metrics(), logger: silentLogger },
    pipelines: () => [],
    ...{ clock: systemClock, random: systemRandom },
    parts: { registry: false, connect: false, mqtt: false, pipelines: false, embedded: true },
    ...options,
  })
  const doors = await HttpDoors.open({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    answer: (_listener, certificateOf) => console.listenerFor(certificateOf),
  })
  const base = `http://127.0.0.1:${doors.addresses[0]?.port}`
  return {
    base,
    ask: (path: string, init: RequestInit = {}) =>
      fetch(`${base}${path}`, { redirect: 'manual', ...init }),
    [Symbol.asyncDispose]: () => doors.close(),
  }
}
