import { isError } from '../../base/errors.ts'
import { connectError } from '../errors.ts'
import type { Question, SourcePlugin } from '../kit/index.ts'
import { valuesOf } from '../options/settings.ts'
import type { Plugins } from '../plugins.ts'
import type { ConnectorConfig } from '../state/config-store.ts'
import { withSecrets } from './secrets.ts'
import type { Services } from './services.ts'

/** What a report has not found out by then is not waited for. */
const longestMs = 25_000

/** What a connector tells of its work; throws 'bad-request' for one that tells nothing. */
export async function reportOf(
  connector: string,
  stored: ConnectorConfig,
  question: Question,
  { plugins, services }: { readonly plugins: Plugins; readonly services: Services },
): Promise<unknown> {
  const plugin = plugins.get(stored['connector.class'] ?? '')
  if (plugin.kind !== 'source' || plugin.report === undefined) {
    const why = `${plugin.names[0]} tells nothing of its work beyond its status; mirrors do.`
    throw connectError('bad-request', { why })
  }
  const { report, options } = plugin as unknown as SourcePlugin
  const values = valuesOf(options, await withSecrets(stored, services.secrets))
  const offsets = await services.offsets()
  const signal = AbortSignal.timeout(longestMs)
  try {
    return await report?.(values, question, {
      ...{ kafka: services.kafka, clock: services.clock, signal },
      logger: services.logger.with({ connector }),
      offsets: async (partitions) => {
        await offsets.readToEnd()
        return partitions.map((partition) => offsets.get(connector, partition))
      },
    })
  } catch (error) {
    if (!signal.aborted || !isError(error, 'client-closed')) throw error
    const facts = { connector, seconds: longestMs / 1000 }
    throw connectError('report-late', facts, { cause: error })
  }
}
