import type { ConnectSchema } from '../kit/data.ts'
import { parseText } from '../values/parse-text.ts'
import { textOf } from '../values/text-of.ts'
import { converter } from './converter.ts'

const plainBytes: ConnectSchema = { type: 'bytes', optional: false }
const utf8 = new TextDecoder('utf-8', { fatal: true })

export const simpleHeaderConverter = converter({
  name: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  about: 'Headers as text, in which numbers, booleans, dates, arrays and maps are recognised.',
  options: {},
  roles: ['header'],
  open: () => ({
    toConnect(_, bytes) {
      if (bytes === null) return { schema: null, value: null }
      const text = decoded(bytes)
      return text === undefined ? { schema: plainBytes, value: bytes } : parseText(text)
    },
    fromConnect(_, schema, value) {
      const text = textOf(schema, value)
      return text === null ? null : Buffer.from(text)
    },
  }),
})

/** Undefined for what is no UTF-8: replacing its bytes would lose them. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
