import { DescribeConfigs } from '../../protocols/kafka/apis/32-describe-configs.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { describeConfig } from '../config-entries.ts'
import { configRefusal, entriesOf } from '../config-resources.ts'
import { handler } from '../handler.ts'

const firstVersionWithDocumentation = 3

export const describeConfigs = handler(DescribeConfigs, (request, context) => ({
  throttleTimeMs: 0,
  results: request.resources.map(({ resourceType, resourceName, configurationKeys }) => {
    const resource = { resourceType, resourceName }
    const refusal = configRefusal('DescribeConfigs', resource, context)
    const entries = refusal ?? entriesOf(resource, context.broker)
    if ('errorCode' in entries) return { ...entries, resourceType, resourceName, configs: [] }
    const keys = new Set(configurationKeys)
    const wanted = (name: string) => keys.size === 0 || keys.has(name)
    return {
      errorCode: errorCode.NONE,
      errorMessage: null,
      resourceType,
      resourceName,
      configs: entries
        .filter(({ name }) => wanted(name))
        .map((entry) => {
          const { configType, documentation, synonyms, ...config } = describeConfig(entry)
          return {
            ...config,
            synonyms: request.includeSynonyms ? synonyms : [],
            ...(context.version < firstVersionWithDocumentation
              ? {}
              : {
                  configType,
                  documentation: request.includeDocumentation ? documentation : null,
                }),
          }
        }),
    }
  }),
}))
