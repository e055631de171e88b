import type { ParsedSchema } from '../../formats/schemas/schema-format.ts'

/**
 * A schema as its parts by their paths, so that two can be compared part by part: what stands at a
 * path of the JSON, or a statement of Protobuf under the names of what it stands in.
 */
export function partsOf(schema: ParsedSchema): ReadonlyMap<string, string> {
  const text = schema.normalized()
  return schema.type === 'PROTOBUF' ? statements(text) : leaves(JSON.parse(text))
}

/** `fields.power.type` for the type of the field that is named power: its place is no matter. */
function leaves(value: unknown, path = '', found = new Map<string, string>()) {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    found.set(path === '' ? 'schema' : path, JSON.stringify(value))
    return found
  }
  for (const [key, inside] of Object.entries(value)) {
    const step = Array.isArray(value) ? (nameOf(inside) ?? key) : key
    leaves(inside, path === '' ? step : `${path}.${step}`, found)
  }
  return found
}

function nameOf(value: unknown): string | undefined {
  const name =
    typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined
  return typeof name === 'string' ? name : undefined
}

const blocks =
  /^(?:(?:message|enum|oneof|service|extend|rpc)|(?:(?:optional|required|repeated) )?group) (\S+).*\{\}?$/

/** The normalized text has a statement a line, or braces around more of them. */
function statements(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const names: string[] = []
  let begun = ''
  for (const line of text.split('\n').map((one) => one.trim())) {
    const block = begun === '' ? blocks.exec(line)?.[1] : undefined
    if (block !== undefined) {
      found.set([...names, block].join('.'), line.replace(/ \{\}?$/, ''))
      if (!line.endsWith('{}')) names.push(block)
    } else if (begun === '' && /^\};?$/.test(line)) {
      names.pop()
    } else if (line !== '') {
      begun += `${begun === '' ? '' : ' '}${line}`
      if (!line.endsWith(';')) continue
      found.set([...names, keyOf(begun)].join('.'), begun)
      begun = ''
    }
  }
  return found
}

/** What names a statement: a field or constant its own name, others their first words. */
function keyOf(statement: string): string {
  const [, named] = /^(?:[^="]*\s)?(\w+) = -?\d+(?: \[|;)/.exec(statement) ?? []
  if (named !== undefined && !/^(?:option|syntax|edition) /.test(statement)) return named
  const [, rpc] = /^rpc (\w+)/.exec(statement) ?? []
  return rpc ?? statement.replace(/( = .*)?;$/s, '')
}
