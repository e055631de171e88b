import { api, array, bool, int8, int16, int32, string } from '../schema.ts'

/** Shows the settings of topics, brokers and groups, with where each comes from. */
export const DescribeConfigs = api({
  key: 32,
  name: 'DescribeConfigs',
  versions: { from: 1, to: 4 },
  flexible: 4,
  request: {
    resources: array({
      /** 2: topic, 4: broker, 8: logger of a broker, 16: client metrics, 32: group. */
      resourceType: int8,
      resourceName: string,
      /** Null asks for all. */
      configurationKeys: array(string).nullable(),
    }),
    includeSynonyms: bool.default(false),
    includeDocumentation: bool.since(3),
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      errorCode: int16,
      errorMessage: string.nullable(),
      resourceType: int8,
      resourceName: string,
      configs: array({
        name: string,
        value: string.nullable(),
        readOnly: bool,
        /**
         * 1: of the topic, 2 and 3: dynamic of a broker or of all, 4: static of the broker, 5:
         * default.
         */
        configSource: int8.default(-1).ignorable(),
        /** The value is a secret: it is null here. */
        isSensitive: bool,
        /** What the value would be without the layers above, in their order. */
        synonyms: array({ name: string, value: string.nullable(), source: int8 }).ignorable(),
        configType: int8.since(3).ignorable(),
        documentation: string.since(3).nullable().ignorable(),
      }),
    }),
  },
})
