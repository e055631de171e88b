/** The only list of the transports, by the `type` of a service. */
import { sinetCatalogue } from '../../formats/sinetstream/index.ts'
import type { Transport } from './transport.ts'

const transports: Readonly<Record<string, () => Promise<Transport>>> = {
  kafka: async () => (await import('./kafka/index.ts')).kafka,
  mqtt: async () => (await import('./mqtt/index.ts')).mqtt,
  s3: async () => (await import('./s3/index.ts')).s3,
  iostream: async () => (await import('./iostream.ts')).iostream,
}

const transportError = sinetCatalogue({
  'type-unknown': {
    kind: 'UnsupportedServiceTypeError',
    says: ({ type }: { type: string }) =>
      `There are no services of type '${type}'; there are ${Object.keys(transports).join(', ')}.`,
  },
})

/** Loads a transport; programs that use one do not wait for the others. */
export async function transportOf(type: string): Promise<Transport> {
  const load = Object.hasOwn(transports, type) ? transports[type] : undefined
  if (load === undefined) throw transportError('type-unknown', { type })
  return await load()
}
