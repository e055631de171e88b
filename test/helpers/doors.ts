/** A leat in this process whose doors are guarded, and questions to them by HTTP. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { Agent, request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Logger } from '../../src/base/logger.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { parseConfig } from '../../src/platform/config-file.ts'
import { type Running, start } from '../../src/platform/start.ts'
import { type Owner, temporaryFolder } from './folders.ts'

/** Ends with its owner. */
export async function startInside(
  owner: Owner,
  file: string,
  { environment = {}, logger = silentLogger, files = {} }: InsideOptions = {},
): Promise<Running> {
  let running: Running | undefined
  owner.after(async () => await running?.[Symbol.asyncDispose]())
  const folder = temporaryFolder(owner)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const config = await parseConfig(file, join(folder, 'leat.yml'), environment)
  running = await start(config, logger)
  return running
}

type Door = 'registry' | 'connect' | 'console'

/** How questions are put to the HTTP doors of a leat. */
export function askersOf(running: Running) {
  const portOf = (door: Door) => running[door][0]?.port ?? 0
  const at = (door: Door) => (path: string, asked?: Asked) =>
    askDoor(`http://127.0.0.1:${portOf(door)}${path}`, asked)
  return { registry: at('registry'), connect: at('connect'), console: at('console'), portOf }
}

/** A leat that asks at each door who comes, and takes the tokens of `issuer`; `access` are the lines of that part. */
export async function openGuarded(owner: Owner, access: string, options: InsideOptions) {
  const issuer = await issuerOfTokens()
  const running = await startInside(
    owner,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-512 ] } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic, bearer ] }
connect: { bind: 127.0.0.1:0, auth: [ basic, bearer ] }
console: { bind: 127.0.0.1:0, auth: [ basic ] }
access:
${access}`,
    { ...options, files: { ...options.files, 'jwks.json': issuer.jwks } },
  )
  return { issuer, ...askersOf(running) }
}

interface InsideOptions {
  readonly environment?: Record<string, string>
  readonly logger?: Logger
  /** Beside leat.yml, by name. */
  readonly files?: Record<string, string>
}

export interface Asked {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** Who asks: `user:password`, or a token. */
  readonly as?: string
  readonly token?: string
  /** Paths of PEM files. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export interface Told {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  /** Whose certificate the door has shown: its common name. */
  readonly certificate: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects is said where it looks.
  readonly body: any
}

/** One question on a connection of its own; https where an authority is named. */
export async function askDoor(url: string, asked: Asked = {}): Promise<Told> {
  const { method = 'GET', body, as, token, ca, cert, key } = asked
  const authorization =
    token !== undefined
      ? `Bearer ${token}`
      : as === undefined
        ? undefined
        : `Basic ${Buffer.from(as).toString('base64')}`
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const headers = {
    ...(text !== undefined && { 'content-type': 'application/json' }),
    ...(authorization !== undefined && { authorization }),
    ...asked.headers,
  }
  const files = { ca, cert, key }
  const tls = Object.fromEntries(
    Object.entries(files).map(([name, path]) => [name, path && readFileSync(path)]),
  )
  const secure = url.startsWith('https:')
  const send = secure ? secureRequest : plainRequest
  return await new Promise((resolve, reject) => {
    const options = { method, headers, ...tls, agent: secure ? new Agent(tls) : false } as const
    const request = send(url, options, (response) => {
      const chunks: Buffer[] = []
      const { subject } = secure ? (response.socket as TLSSocket).getPeerCertificate() : {}
      const certificate = subject && String(subject.CN)
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const said = Buffer.concat(chunks).toString('utf8')
        const { statusCode: status = 0, headers: told } = response
        resolve({ status, headers: told, text: said, body: parsed(said), certificate })
      })
    })
    request.on('error', reject)
    request.end(text)
  })
}

/** What a door answers to these bytes, up to the end of its headers. */
export async function rawAnswer(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let said = ''
  // A door that does not read all of them may break the connection behind its answer.
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    said += chunk
    if (said.includes('\r\n\r\n')) socket.destroy()
  })
  socket.write(bytes)
  await once(socket, 'close')
  return said
}

export function loggerInto(lines: string[]): Logger {
  const add = (message: string, facts: object = {}) => {
    lines.push(`${message} ${JSON.stringify(facts)}`)
  }
  const logger = { debug: add, info: add, warn: add, error: add, with: () => logger }
  return logger
}

/** An issuer of tokens: its keys, as a JWKS, and what it signs. */
export async function issuerOfTokens() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256' }
  const sign = async (user: string, { ends = '5m', audience }: TokenOptions = {}) =>
    await new SignJWT({ sub: user, ...(audience !== undefined && { aud: audience }) })
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
      .setIssuedAt()
      .setExpirationTime(ends)
      .sign(privateKey)
  return { jwks: JSON.stringify({ keys: [jwk] }), publicKey, sign }
}

interface TokenOptions {
  readonly ends?: string | number
  readonly audience?: string
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A text that is no JSON is looked at as it is.
    return undefined
  }
}
