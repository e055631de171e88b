/** Names of objects: `{prefix}/{topic}/{YYYY}/{MM}/{DD}[/{HH}[/{mm}]]/{topic}-{uuid}-{seqno}{suffix}`. */
export type Granularity = 'day' | 'hour' | 'minute'

/** The part of a service's options that names have. */
export interface Naming {
  readonly prefix: string
  readonly suffix: string
  readonly name: Granularity
  /** Minutes east of Greenwich; without it the local time zone. */
  readonly utc_offset?: number | undefined
}

export interface ObjectName {
  readonly topic: string
  /** All before the last slash; objects of one folder have one date. */
  readonly folder: string
  readonly writer: string
  readonly seqno: number
}

export interface TopicNames {
  /** What all names of the topic begin with. */
  readonly prefix: string
  /** Undefined for objects that are no messages of the topic. */
  parse(key: string): ObjectName | undefined
}

export function objectKey(
  { prefix, suffix, ...naming }: Naming,
  { topic, writer, seqno }: Omit<ObjectName, 'folder'>,
  timestampUs: number,
): string {
  return `${prefix}/${topic}/${dateOf(naming, timestampUs)}/${topic}-${writer}-${seqno}${suffix}`
}

/** The topic `*` stands for all topics without a slash. */
export function namesOf({ prefix, suffix, name }: Naming, topic: string): TopicNames {
  const topics = topic === '*' ? '[^/]+' : literal(topic)
  const date = String.raw`[1-9]\d{3}/(?:0[1-9]|1[0-2])/(?:0[1-9]|[12]\d|3[01])${hours[name]}`
  const start = `(?<folder>${literal(prefix)}/(?<topic>${topics})/${date})`
  const pattern = new RegExp(
    String.raw`^${start}/\k<topic>-(?<writer>[^/]+?)(?:-(?<seqno>\d+))?${literal(suffix)}$`,
  )
  return {
    prefix: topic === '*' ? `${prefix}/` : `${prefix}/${topic}/`,
    parse(key) {
      const groups = pattern.exec(key)?.groups
      if (groups === undefined) return undefined
      const { folder = '', topic = '', writer = '', seqno = 0 } = groups
      return { topic, folder, writer, seqno: Number(seqno) }
    },
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

const hours: Readonly<Record<Granularity, string>> = {
  day: '',
  hour: String.raw`/(?:[01]\d|2[0-3])`,
  minute: String.raw`/(?:[01]\d|2[0-3])/[0-5]\d`,
}

function dateOf({ name, utc_offset }: Omit<Naming, 'prefix' | 'suffix'>, timestampUs: number) {
  const date = new Date(timestampUs / 1000)
  // What counts is the wall clock: at an offset it is that of Greenwich, moved.
  const offset = utc_offset ?? -date.getTimezoneOffset()
  const wall = new Date(date.getTime() + offset * 60_000)
  const depth = { day: 3, hour: 4, minute: 5 }[name]
  const parts = [wall.getUTCMonth() + 1, wall.getUTCDate(), wall.getUTCHours()]
  const padded = [...parts, wall.getUTCMinutes()].map((part) => String(part).padStart(2, '0'))
  return [wall.getUTCFullYear(), ...padded].slice(0, depth).join('/')
}
