/** A record as it is typed, and as the API takes it. */
import { pairListIn } from '../../text/pairs.ts'
import type { Seen, SeenRecord } from './answers.ts'

export type Format = 'text' | 'json' | 'base64' | 'null'

export interface Draft {
  readonly keyFormat: Format
  readonly key: string
  readonly valueFormat: Format
  readonly value: string
  /** `NAME=VALUE`, one a line. */
  readonly headers: string
  /** Empty: the one that the key has. */
  readonly partition: string
}

export const emptyDraft: Draft = {
  ...{ keyFormat: 'null', key: '', valueFormat: 'text', value: '' },
  ...{ headers: '', partition: '' },
}

/** What the API is sent. Throws where a header is none. */
export function requestOf({ keyFormat, key, valueFormat, value, headers, partition }: Draft) {
  return {
    ...{ keyFormat, valueFormat, headers: pairListIn(headers) },
    key: keyFormat === 'null' ? null : key,
    value: valueFormat === 'null' ? null : value,
    ...(partition !== '' && { partition: Number(partition) }),
  }
}

/** A record that can be written again, byte for byte or changed; undefined where it cannot. */
export function draftOf({ key, value, headers }: SeenRecord): Draft | undefined {
  const [ofKey, ofValue] = [formatOf(key), formatOf(value)]
  if (ofKey === undefined || ofValue === undefined) return undefined
  // A field has one line, and an area one way to end them.
  if (/[\r\n]/.test(key.value ?? '') || /\r/.test(value.value ?? '')) return undefined
  const lines = headers.map(([name, { format, value: text }]) => {
    const isLine = text !== null && format !== 'bytes' && !/[\r\n]|^\s|\s$/.test(text)
    return isLine && /^[^=\s]+$/.test(name) ? `${name}=${text}` : undefined
  })
  if (lines.includes(undefined) || headers.some(([, { isCut }]) => isCut)) return undefined
  return {
    ...{ keyFormat: ofKey, key: key.value ?? '', valueFormat: ofValue, value: value.value ?? '' },
    ...{ headers: lines.join('\n'), partition: '' },
  }
}

/** What a schema decoded is another thing as text. JSON is written as its text, which keeps every space. */
function formatOf({ format, isCut }: Seen): Format | undefined {
  if (isCut) return undefined
  if (format === 'null') return 'null'
  if (format === 'bytes') return 'base64'
  return format === 'text' || format === 'json' ? 'text' : undefined
}
