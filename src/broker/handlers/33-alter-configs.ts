import { AlterConfigs } from '../../protocols/kafka/apis/33-alter-configs.ts'
import { alterEach, setOperation } from '../config-resources.ts'
import { handler } from '../handler.ts'

/** What is not listed goes back to its default. */
export const alterConfigs = handler(AlterConfigs, async (request, context) => {
  const resources = request.resources.map((resource) => ({
    ...resource,
    configs: resource.configs.map((config) => ({ ...config, configOperation: setOperation })),
  }))
  const how = { keepOthers: false, validateOnly: request.validateOnly }
  return { throttleTimeMs: 0, responses: await alterEach(resources, how, context) }
})
