import { isError } from '../../base/errors.ts'
import type { RegistryClient } from './client.ts'
import type { RegisteredSchema } from './schemas.ts'

/** How the subject of a topic's schemas is called, in the words of Confluent's serializers. */
export interface SubjectNaming {
  readonly topic: string
  readonly side: 'key' | 'value'
  readonly strategy: 'TopicNameStrategy' | 'RecordNameStrategy' | 'TopicRecordNameStrategy'
}

/** Whether the id stands under a subject of the topic. Throws 'registry-unreachable' (retriable). */
export async function isRegisteredFor(
  naming: SubjectNaming,
  id: number,
  registry: RegistryClient,
): Promise<boolean> {
  try {
    const subjects = await registry.subjectsOfId(id)
    const wanted = await subjectsOf(naming, id, registry)
    return subjects.some((subject) => wanted.includes(subject))
  } catch (error) {
    if (isError(error, 'schema-not-found')) return false
    throw error
  }
}

async function subjectsOf(
  { topic, side, strategy }: SubjectNaming,
  id: number,
  registry: RegistryClient,
): Promise<readonly string[]> {
  if (strategy === 'TopicNameStrategy') return [`${topic}-${side}`]
  const names = await recordNames(await registry.schemaById(id))
  return strategy === 'RecordNameStrategy' ? names : names.map((name) => `${topic}-${name}`)
}

async function recordNames({
  type,
  text,
  referencedTexts,
}: RegisteredSchema): Promise<readonly string[]> {
  if (type === 'PROTOBUF') {
    // Each message of a file may be what a record is.
    const { protobufFormat } = await import('../../formats/protobuf/index.ts')
    return protobufFormat.parse(text, referencedTexts).messageNames
  }
  const schema = objectIn(text)
  const name = type === 'AVRO' ? avroName(schema) : schema.title
  return typeof name === 'string' ? [name] : []
}

/** What is no JSON, or no object, names no record. */
function objectIn(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    return {}
  }
}

function avroName({ name, namespace }: Record<string, unknown>): unknown {
  if (typeof name !== 'string' || typeof namespace !== 'string') return name
  return namespace === '' || name.includes('.') ? name : `${namespace}.${name}`
}
