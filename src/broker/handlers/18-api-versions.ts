import { ApiVersions } from '../../protocols/kafka/apis/18-api-versions.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'

/** What clients call themselves, since version 3 (KIP-511). */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/
const firstVersionWithNames = 3

export const apiVersions = handler(ApiVersions, (request, { broker, session, version }) => {
  const names = [request.clientSoftwareName, request.clientSoftwareVersion]
  if (version >= firstVersionWithNames && !names.every((name) => softwareName.test(name))) {
    return { errorCode: errorCode.INVALID_REQUEST, apiKeys: [] }
  }
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
