import { api, array, int16, int32, string, uuid } from '../schema.ts'

/** Deletes topics: by name until version 5, by name or id since 6. */
export const DeleteTopics = api({
  key: 20,
  name: 'DeleteTopics',
  versions: { from: 1, to: 6 },
  flexible: 4,
  request: {
    topics: array({
      /** Null if the topic is named by its id. */
      name: string.nullable().default(null),
      topicId: uuid,
    }).since(6),
    topicNames: array(string).until(5).ignorable(),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32.ignorable(),
    responses: array({
      name: string.nullable(6),
      topicId: uuid.since(6).ignorable(),
      errorCode: int16,
      errorMessage: string.since(5).nullable().default(null).ignorable(),
    }),
  },
})
