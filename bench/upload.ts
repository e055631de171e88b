import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { S3Server } from '../test/helpers/s3.ts'

/** What the wire, the server and its disk allow: each object in parts, one after the other, and nothing else. */
export async function uploadPlainly(
  { config }: S3Server,
  objects: readonly Buffer[],
  partBytes: number,
): Promise<{ seconds: number; cpuSeconds: number }> {
  const client = new S3Client({
    ...{ endpoint: config['store.url'], region: config['s3.region'], forcePathStyle: true },
    ...{ requestChecksumCalculation: 'WHEN_REQUIRED' },
    credentials: {
      accessKeyId: config['aws.access.key.id'],
      secretAccessKey: config['aws.secret.access.key'],
    },
  })
  const [before, start] = [process.cpuUsage(), performance.now()]
  for (const [index, bytes] of objects.entries()) {
    const place = { Bucket: config['s3.bucket.name'], Key: `plain/${index}` }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(place))
    const Parts: { ETag: string | undefined; PartNumber: number }[] = []
    for (let from = 0; from < bytes.length; from += partBytes) {
      const PartNumber = Parts.length + 1
      const Body = bytes.subarray(from, from + partBytes)
      const part = new UploadPartCommand({ ...place, UploadId, PartNumber, Body })
      Parts.push({ ETag: (await client.send(part)).ETag, PartNumber })
    }
    const completion = { ...place, UploadId, MultipartUpload: { Parts } }
    await client.send(new CompleteMultipartUploadCommand(completion))
  }
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(before)
  client.destroy()
  return { seconds, cpuSeconds: (user + system) / 1e6 }
}
