/** An object's metadata: the message's timestamp, and its headers as far as HTTP can carry them. */
import type { MessageHeader, OutgoingMessage } from '../transport.ts'
import { s3Error } from './errors.ts'

/** In microseconds, as text. */
const timestampName = 'timestamp'

/** Throws InvalidArgumentError for a header that would not come back as it is. */
export function metadataOf({
  timestampUs,
  headers = [],
}: Pick<OutgoingMessage, 'timestampUs' | 'headers'>): Record<string, string> {
  const metadata: Record<string, string> = { [timestampName]: String(timestampUs) }
  for (const { key, value } of headers) {
    const name = key.toLowerCase()
    const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw unfit(key, 'its name has other than HTTP allows')
    if (name === timestampName) throw unfit(key, "the message's time has that name")
    if (Object.hasOwn(metadata, name)) throw unfit(key, 'it is there twice; case does not matter')
    if (!/^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(text)) {
      throw unfit(key, 'its value is not printable ASCII without spaces at its ends')
    }
    metadata[name] = text
  }
  return metadata
}

/** Names come back in lower case. */
export function messagePartsOf(metadata: Readonly<Record<string, string>>) {
  const { [timestampName]: timestamp = '', ...others } = metadata
  const headers = Object.entries(others).map(
    ([key, value]): MessageHeader => ({ key, value: Buffer.from(value) }),
  )
  return {
    timestampUs: /^-?\d+$/.test(timestamp) ? Number(timestamp) : 0,
    headers: headers.length === 0 ? undefined : headers,
  }
}

function unfit(header: string, why: string) {
  return s3Error('s3-header', { header, why })
}
