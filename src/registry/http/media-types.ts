/** What is spoken: Confluent's names for JSON, and JSON. */
const own = 'application/vnd.schemaregistry.v1+json'
const types = [own, 'application/vnd.schemaregistry+json', 'application/json']
const unspecified = 'application/octet-stream'

/** The type of an answer, by what is accepted; undefined where nothing fits. */
export function answerType(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return own
  const accepted = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((one) => one.startsWith('q='))
    return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0 }
  })
  const weightOf = (type: string) =>
    accepted.find((one) => one.type === type)?.weight ??
    accepted.find((one) => one.type === 'application/*')?.weight ??
    accepted.find((one) => one.type === '*/*')?.weight ??
    0
  const best = types.toSorted((a, b) => weightOf(b) - weightOf(a))[0] as string
  return weightOf(best) > 0 ? best : undefined
}

/** Whether a body of this type is read; without a type it is taken for JSON. */
export function isReadable(contentType: string | undefined): boolean {
  const [type = ''] = (contentType ?? '').split(';')
  return type === '' || [...types, unspecified].includes(type.trim().toLowerCase())
}
