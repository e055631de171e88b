/** How a connector's records are read and written, as its configuration and the worker's say. */
import type { Converter, Role } from '../converters/converter.ts'
import { readConverter } from '../converters/open.ts'
import { connectError } from '../errors.ts'
import type { OptionErrors } from '../kit/index.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import { transformChain } from '../transforms/chain.ts'
import type { Transform } from '../transforms/transform.ts'

export interface Conversion {
  readonly key: NamedConverter
  readonly value: NamedConverter
  readonly header: NamedConverter
  readonly transform: Transform
}

export interface NamedConverter extends Converter {
  readonly name: string
}

/** Throws 'bad-request' with what is wrong. */
export async function openConversion(
  config: ConnectorConfig,
  defaults: ConnectorConfig,
): Promise<Conversion> {
  const { transform, errors } = transformChain(config)
  if (transform === undefined) throw wrong(errors)
  const open = async (role: Role): Promise<NamedConverter> => {
    const read = readConverter(role, config, defaults)
    if (read.open === undefined) throw wrong(read.errors)
    const option = `${role}.converter`
    const converter = await read.open()
    return {
      name: config[option] ?? defaults[option] ?? option,
      toConnect: (...given) => converter.toConnect(...given),
      fromConnect: (...given) => converter.fromConnect(...given),
    }
  }
  const [key, value, header] = await Promise.all([open('key'), open('value'), open('header')])
  return { key, value, header, transform }
}

function wrong(errors: OptionErrors) {
  return connectError('bad-request', { why: Object.values(errors).flat().join('\n') })
}
