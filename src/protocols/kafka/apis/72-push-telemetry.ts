import { api, bool, bytes, int8, int16, int32, uuid } from '../schema.ts'

/** Carries metrics of the client (KIP-714). */
export const PushTelemetry = api({
  key: 72,
  name: 'PushTelemetry',
  versions: { from: 0, to: 0 },
  flexible: 0,
  request: {
    clientInstanceId: uuid,
    subscriptionId: int32,
    terminating: bool,
    compressionType: int8,
    metrics: bytes,
  },
  response: { throttleTimeMs: int32, errorCode: int16 },
})
