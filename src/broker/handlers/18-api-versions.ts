import { ApiVersions } from '../../protocols/kafka/apis/18-api-versions.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'

export const apiVersions = handler(ApiVersions, (_request, { broker, session }) => {
  session?.toldVersions()
  return { errorCode: errorCode.NONE, apiKeys: broker.apis.map(rangeOf) }
})

/**
 * The answer to a version of ApiVersions that is unknown here, sent in version 0: it says which
 * versions there are, so that the client asks again (KIP-511).
 */
export const unsupportedVersion = {
  errorCode: errorCode.UNSUPPORTED_VERSION,
  apiKeys: [rangeOf(ApiVersions)],
}

function rangeOf({ key, versions }: { key: number; versions: { from: number; to: number } }) {
  return { apiKey: key, minVersion: versions.from, maxVersion: versions.to }
}
