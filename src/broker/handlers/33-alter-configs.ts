import { AlterConfigs } from '../../protocols/kafka/apis/33-alter-configs.ts'
import { alter } from '../config-resources.ts'
import { handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'

const set = 0

/** What is not listed goes back to its default. */
export const alterConfigs = handler(AlterConfigs, async (request, { broker }) => {
  const { validateOnly } = request
  const responses = []
  for (const { resourceType, resourceName, configs } of request.resources) {
    const changes = configs.map((config) => ({ ...config, configOperation: set }))
    const resource = { resourceType, resourceName }
    const outcome = await alter(
      resource,
      changes,
      { keepOthers: false, validateOnly },
      broker,
    ).catch((error) => kafkaError(error, broker.logger))
    responses.push({ ...outcome, ...resource })
  }
  return { throttleTimeMs: 0, responses }
})
