import { api, array, int8, int16, int32, string } from '../schema.ts'

/**
 * Asks which broker looks after a group or a transaction: one key until version 3, several since 4.
 */
export const FindCoordinator = api({
  key: 10,
  name: 'FindCoordinator',
  versions: { from: 0, to: 6 },
  flexible: 3,
  request: {
    key: string.until(3),
    /** 0: a group, 1: a transaction, 2: the state of a share group. */
    keyType: int8.since(1),
    coordinatorKeys: array(string).since(4),
  },
  response: {
    throttleTimeMs: int32.since(1).ignorable(),
    errorCode: int16.until(3),
    errorMessage: string.since(1).until(3).nullable().ignorable(),
    nodeId: int32.until(3),
    host: string.until(3),
    port: int32.until(3),
    coordinators: array({
      key: string,
      nodeId: int32,
      host: string,
      port: int32,
      errorCode: int16,
      errorMessage: string.nullable().ignorable(),
    }).since(4),
  },
})
