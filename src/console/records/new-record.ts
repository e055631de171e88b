import type { ProducerRecord } from '../../client/index.ts'
import { integerIn, invalid, textIn } from '../body.ts'

type Body = Readonly<Record<string, unknown>>

/** How a text of the request becomes bytes. */
const formats = ['text', 'json', 'base64', 'null'] as const
type Format = (typeof formats)[number]

const mostPartition = 1_000_000
const mostHeaders = 1000

/** A record to be written, as the body of a request has it. Throws 'body-invalid'. */
export function recordIn(body: Body): Omit<ProducerRecord, 'topic'> {
  const partition = integerIn(body, 'partition', { least: 0, most: mostPartition })
  return {
    ...(partition !== undefined && { partition }),
    key: bytesIn(body, 'key', formatIn(body, 'keyFormat', body.key ?? null)),
    value: bytesIn(body, 'value', formatIn(body, 'valueFormat', body.value ?? null)),
    headers: headersIn(body),
  }
}

function formatIn(body: Body, field: string, value: unknown): Format {
  const given = textIn(body, field) ?? (value === null ? 'null' : 'text')
  const format = formats.find((one) => one === given)
  if (format !== undefined) return format
  throw invalid(`'${field}' is '${given}'; write one of ${formats.join(', ')}.`)
}

function bytesIn(body: Body, field: string, format: Format): Buffer | null {
  if (format === 'null') return null
  const text = textIn(body, field)
  if (text === undefined) throw invalid(`'${field}' is missing; write a text, or the format null.`)
  if (format === 'base64') return base64(field, text)
  if (format === 'json') demandJson(field, text)
  return Buffer.from(text)
}

function base64(field: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  const isWhole = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  if (isWhole) return bytes
  throw invalid(`'${field}' is no base64; write four characters for each three bytes.`)
}

/** It is written as it stands: another writing would change its numbers. */
function demandJson(field: string, text: string): void {
  try {
    JSON.parse(text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw invalid(`'${field}' is no JSON (${why}); correct it, or send it as text.`)
  }
}

/** Pairs, since a name may be there twice: `[["trace", "7"]]`. */
function headersIn({ headers = [] }: Body): NonNullable<ProducerRecord['headers']> {
  const cure = 'write [ ["name", "text"] ].'
  if (!Array.isArray(headers)) throw invalid(`'headers' is no list; ${cure}`)
  if (headers.length > mostHeaders) throw invalid(`'headers' has more than ${mostHeaders} of them.`)
  return headers.map((pair: unknown) => {
    const [key, value] = Array.isArray(pair) ? pair : []
    const isPair = typeof key === 'string' && (typeof value === 'string' || value === null)
    if (!isPair) throw invalid(`'headers' has something that is no pair of texts; ${cure}`)
    return { key, value: value === null ? null : Buffer.from(value) }
  })
}
