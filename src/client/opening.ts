import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { systemRandom } from '../base/random.ts'
import { MessageDecoder, MessageEncoder } from '../formats/sinetstream/index.ts'
import type { ResolveOptions, ServiceParameters } from './service/index.ts'
import { transportOf } from './transports/index.ts'
import type { Surroundings } from './transports/transport.ts'
import { valueTypeFor } from './value-types.ts'

/** Time, chance, the log and the place where files are looked for: what a test gives of its own. */
export type Options = Partial<Surroundings> & ResolveOptions

/** What Reader and Writer have in common when they open. Resolves with nothing connected yet. */
export async function openingOf(parameters: ServiceParameters, options: Options) {
  const surroundings: Surroundings = {
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    logger: options.logger ?? silentLogger,
  }
  const valueType = valueTypeFor(parameters.valueType)
  const transport = await transportOf(parameters.type)
  return {
    surroundings,
    transport,
    valueType,
    encoder: () => new MessageEncoder(parameters.coding, surroundings.random),
    decoder: () => new MessageDecoder(parameters.coding),
  }
}
