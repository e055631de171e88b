import { api, array, bool, int8, int16, int32, string, uuid } from '../schema.ts'

/** Creates topics; one that fails does not keep the others from being created. */
export const CreateTopics = api({
  key: 19,
  name: 'CreateTopics',
  versions: { from: 2, to: 7 },
  flexible: 5,
  request: {
    topics: array({
      name: string,
      /** -1: by the settings of the broker, or the assignments below. */
      numPartitions: int32,
      /** -1: by the settings of the broker. */
      replicationFactor: int16,
      assignments: array({ partitionIndex: int32, brokerIds: array(int32) }),
      configs: array({ name: string, value: string.nullable() }),
    }),
    timeoutMs: int32.default(60000),
    /** Only says whether it would work. */
    validateOnly: bool.default(false),
  },
  response: {
    throttleTimeMs: int32.ignorable(),
    topics: array({
      name: string,
      topicId: uuid.since(7).ignorable(),
      errorCode: int16,
      errorMessage: string.nullable().ignorable(),
      /** Why the settings are not shown, although the topic is created. */
      topicConfigErrorCode: int16.since(5).tagged(0).ignorable(),
      numPartitions: int32.since(5).default(-1).ignorable(),
      replicationFactor: int16.since(5).default(-1).ignorable(),
      configs: array({
        name: string,
        value: string.nullable(),
        readOnly: bool,
        configSource: int8.default(-1).ignorable(),
        isSensitive: bool,
      })
        .since(5)
        .nullable()
        .ignorable(),
    }),
  },
})
