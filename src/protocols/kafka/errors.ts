import { catalogue } from '../../base/errors.ts'

/** The expected failures of this room; bytes that are not what they promise are `MalformedBytes`. */
export const kafkaError = catalogue({
  'unsupported-version': {
    says: ({
      name,
      version,
      from,
      to,
    }: {
      name: string
      version: number
      from: number
      to: number
    }) => `${name} has no version ${version}; its versions are ${from} to ${to}.`,
  },
  'unsupported-field': {
    says: ({ name, field, version }: { name: string; field: string; version: number }) =>
      `${name} has no field '${field}' in version ${version}, and leaving it out would change the meaning; use a version that has it.`,
  },
})
