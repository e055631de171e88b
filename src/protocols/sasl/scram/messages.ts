/**
 * The four messages of SCRAM (RFC 5802, section 7). Each reader gives undefined where the message
 * is not one, or has an extension that must be understood (`m=`) and is not.
 */
import { textOf } from '../exchange.ts'
import { readGs2Header } from '../gs2-header.ts'
import { unescapeName } from '../sasl-name.ts'

export interface ClientFirst {
  readonly header: string
  readonly authorizationId: string | undefined
  /** The message without its header, as it was sent: what is signed. */
  readonly bare: string
  readonly name: string
  readonly nonce: string
  readonly extensions: ReadonlyMap<string, string>
}

export function readClientFirst(token: Buffer): ClientFirst | undefined {
  const header = readGs2Header(textOf(token) ?? '')
  const fields = fieldsOf(header?.rest ?? '', 'n', 'r')
  if (header === undefined || fields === undefined) return undefined
  const [escaped, nonce] = fields.values
  const name = unescapeName(escaped ?? '')
  if (name === undefined || !isNonce(nonce)) return undefined
  const { text, authorizationId, rest } = header
  return { header: text, authorizationId, bare: rest, name, nonce, extensions: fields.extensions }
}

export interface ServerFirst {
  readonly nonce: string
  readonly salt: Buffer
  readonly iterations: number
}

export function readServerFirst(text: string): ServerFirst | undefined {
  const fields = fieldsOf(text, 'r', 's', 'i')
  if (fields === undefined) return undefined
  const [nonce, salt, iterations] = fields.values
  const saltBytes = base64(salt)
  if (!isNonce(nonce) || saltBytes === undefined || !/^[1-9]\d{0,8}$/.test(iterations ?? '')) {
    return undefined
  }
  return { nonce, salt: saltBytes, iterations: Number(iterations) }
}

export function writeServerFirst({ nonce, salt, iterations }: ServerFirst): string {
  return `r=${nonce},s=${salt.toString('base64')},i=${iterations}`
}

export interface ClientFinal {
  /** The client's first header once more, by which it says that nobody changed it. */
  readonly header: string
  readonly nonce: string
  readonly proof: Buffer
  /** All but the proof, as it was sent: what is signed. */
  readonly withoutProof: string
}

export function readClientFinal(token: Buffer): ClientFinal | undefined {
  const text = textOf(token) ?? ''
  const proofAt = text.lastIndexOf(',p=')
  const withoutProof = text.slice(0, Math.max(proofAt, 0))
  const fields = fieldsOf(withoutProof, 'c', 'r')
  const proof = base64(text.slice(proofAt + ',p='.length))
  if (proofAt < 0 || fields === undefined || proof === undefined) return undefined
  const [channel, nonce] = fields.values
  const header = base64(channel)
  if (header === undefined || !isNonce(nonce)) return undefined
  return { header: header.toString('latin1'), nonce, proof, withoutProof }
}

export type ServerFinal = { readonly signature: Buffer } | { readonly error: string }

export function readServerFinal(text: string): ServerFinal | undefined {
  if (text.startsWith('e=')) return { error: text.slice('e='.length) }
  const signature = base64(fieldsOf(text, 'v')?.values[0])
  return signature === undefined ? undefined : { signature }
}

/** The values of the attributes with these names, in this order, and what follows them. */
function fieldsOf(text: string, ...names: readonly string[]) {
  const fields = text.split(',').map((field) => {
    const [, name, value] = /^([A-Za-z]+)=([^\0]+)$/.exec(field) ?? []
    return name === undefined || value === undefined ? undefined : ([name, value] as const)
  })
  const extensions = new Map<string, string>()
  for (const field of fields.slice(names.length)) {
    if (field === undefined || field[0] === 'm' || extensions.has(field[0])) return undefined
    extensions.set(...field)
  }
  if (names.some((name, index) => fields[index]?.[0] !== name)) return undefined
  return { values: fields.slice(0, names.length).map((field) => field?.[1]), extensions }
}

function isNonce(text: string | undefined): text is string {
  return text !== undefined && /^[!-+\--~]+$/.test(text)
}

/** Undefined where the text is not the one way of writing its bytes in base64. */
function base64(text: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(text ?? '', 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined
}
