import { IncrementalAlterConfigs } from '../../protocols/kafka/apis/44-incremental-alter-configs.ts'
import { alter } from '../config-resources.ts'
import { handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'

/** What is not listed stays as it is. */
export const incrementalAlterConfigs = handler(
  IncrementalAlterConfigs,
  async (request, { broker }) => {
    const { validateOnly } = request
    const responses = []
    for (const { resourceType, resourceName, configs } of request.resources) {
      const resource = { resourceType, resourceName }
      const outcome = await alter(
        resource,
        configs,
        { keepOthers: true, validateOnly },
        broker,
      ).catch((error) => kafkaError(error, broker.logger))
      responses.push({ ...outcome, ...resource })
    }
    return { throttleTimeMs: 0, responses }
  },
)
