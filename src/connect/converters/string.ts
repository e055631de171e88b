import type { ConnectSchema } from '../kit/data.ts'
import { javaText } from '../values/java-text.ts'
import { converter, everyRole } from './converter.ts'
import { encodingOf, isEncoding } from './text-encoding.ts'

const optionalString: ConnectSchema = { type: 'string', optional: true }

export const stringConverter = converter({
  name: 'org.apache.kafka.connect.storage.StringConverter',
  about: 'Text; what is no text is written as Java prints it.',
  options: {
    encoding: {
      type: 'string',
      default: 'UTF-8',
      importance: 'high',
      about: 'UTF-8, UTF-16LE, ISO-8859-1 or US-ASCII.',
      check: isEncoding,
    },
  },
  roles: everyRole,
  open({ values }) {
    const encoding = encodingOf(values.encoding)
    return {
      toConnect: (_, bytes) => ({
        schema: optionalString,
        value: bytes === null ? null : bytes.toString(encoding),
      }),
      fromConnect: (_, schema, value) =>
        value === null ? null : Buffer.from(javaText(schema, value), encoding),
    }
  },
})
