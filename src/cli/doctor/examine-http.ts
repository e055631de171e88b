/** The way to a door for HTTP (a registry, Connect, health and metrics), step by step. */
import { systemClock } from '../../base/clock.ts'
import { tlsClientSetting } from '../../base/tls/settings.ts'
import { type Answer, ask, HttpTls } from '../../client/index.ts'
import type { WayToRegistry } from '../../client/registry/index.ts'
import { authorizationOf } from '../http-login.ts'
import { type Finding, messageOf, nameOf, portOf, stepMs, tlsOf } from './examine.ts'

const mostAnswerBytes = 1024 * 1024
const usualPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

export async function* examineHttp(url: URL, way: WayToRegistry): AsyncGenerator<Finding> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const address = { host, port: Number(url.port) || (usualPorts[url.protocol] ?? 0) }
  for (const finding of [await nameOf(address), await portOf(address)]) {
    yield finding
    if (!finding.isFine) return
  }
  const settings = url.protocol === 'https:' ? (way.tls ?? noSettings()) : undefined
  if (settings !== undefined) {
    const agreed = await tlsOf(address, settings)
    yield agreed
    if (!agreed.isFine) return
  }
  let answer: Answer
  try {
    answer = await ask(`${url.origin}${url.pathname}`, {
      method: 'GET',
      headers: authorizationOf(way, url),
      ...(settings && { tls: await new HttpTls(settings, systemClock).options() }),
      ...{ clock: systemClock, timeoutMs: stepMs, mostAnswerBytes },
    })
  } catch (error) {
    yield { step: 'answer', isFine: false, about: messageOf(error) }
    return
  }
  yield* findingsIn(answer)
}

function* findingsIn({ status, headers, text }: Answer): Generator<Finding> {
  if (status === 401) {
    const wants = headers['www-authenticate'] ?? 'a client certificate'
    const about = `it does not let us in, and takes ${wants}; give --command-config a user or a token`
    yield { step: 'login', isFine: false, about }
    return
  }
  yield { step: 'login', isFine: true, about: 'we are let in' }
  const isFine = status < 400 || status === 404
  yield {
    step: 'answer',
    isFine,
    about: `HTTP ${status}, ${headers['content-type']}: ${shown(text)}`,
  }
}

const longestShown = 100

function shown(text: string): string {
  const line = text.trim().split('\n')[0] ?? ''
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line
}

function noSettings() {
  return tlsClientSetting.read({}, [], () => {})
}
