export interface KeyFacts {
  readonly topic: string
  readonly clientId: string
}

/**
 * The key of a routed record: text in which `${topic}`, `${topic[2]}` (a level, the first is 0) and
 * `${clientId}` stand for the facts of a publish. A level that a topic lacks is empty.
 */
export function keyTemplate(template: string): (facts: KeyFacts) => Buffer {
  const pieces = template.split(/(\$\{[^}]*\})/).map(piece)
  return (facts) => Buffer.from(pieces.map((one) => one(facts)).join(''))
}

function piece(text: string): (facts: KeyFacts) => string {
  if (!text.startsWith('${')) return () => text
  const name = text.slice(2, -1)
  if (name === 'topic') return ({ topic }) => topic
  if (name === 'clientId') return ({ clientId }) => clientId
  const level = /^topic\[(\d+)\]$/.exec(name)?.[1]
  if (level === undefined) {
    throw new RangeError(
      `has a key with '${text}'; write \${topic}, \${topic[0]}, \${topic[1]}, … or \${clientId}`,
    )
  }
  return ({ topic }) => topic.split('/')[Number(level)] ?? ''
}
