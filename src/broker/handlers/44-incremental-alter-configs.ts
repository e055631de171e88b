import { IncrementalAlterConfigs } from '../../protocols/kafka/apis/44-incremental-alter-configs.ts'
import { alterEach } from '../config-resources.ts'
import { handler } from '../handler.ts'

/** What is not listed stays as it is. */
export const incrementalAlterConfigs = handler(
  IncrementalAlterConfigs,
  async (request, context) => {
    const how = { keepOthers: true, validateOnly: request.validateOnly }
    return { throttleTimeMs: 0, responses: await alterEach(request.resources, how, context) }
  },
)
