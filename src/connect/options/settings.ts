/** The options of a connector as typed values, once they have been found right. */

import { connectError } from '../errors.ts'
import { type Options, readOptions, type ValuesOf } from '../kit/index.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import { commonOptions, sinkOptions, sourceOptions } from './common-options.ts'

const allSinkOptions = { ...commonOptions, ...sinkOptions }
const allSourceOptions = { ...commonOptions, ...sourceOptions }

export type CommonSettings = ValuesOf<typeof commonOptions>
export type SinkSettings = ValuesOf<typeof allSinkOptions>
export type SourceSettings = ValuesOf<typeof allSourceOptions>

export const sinkSettings = (config: ConnectorConfig): SinkSettings =>
  valuesOf(allSinkOptions, config)

export const sourceSettings = (config: ConnectorConfig): SourceSettings =>
  valuesOf(allSourceOptions, config)

/** Throws 'bad-request' with all that is wrong. */
export function valuesOf<Of extends Options>(options: Of, config: ConnectorConfig): ValuesOf<Of> {
  const { values, errors } = readOptions(options, config)
  if (values !== undefined) return values
  throw connectError('bad-request', { why: Object.values(errors).flat().join('\n') })
}
