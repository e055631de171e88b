/**
 * What topics are called on the other side, as MirrorMaker's ReplicationPolicy says it: by default
 * with the source's alias in front, which also tells what came from where, so that nothing is
 * mirrored back; or as they are.
 */
export interface ReplicationPolicy {
  /** What a topic of the source is called at the target. */
  remote(topic: string): string
  /** The alias of the cluster that a remote topic came from. */
  sourceOf(topic: string): string | undefined
  /** What a remote topic is called where it came from. */
  upstreamOf(topic: string): string | undefined
  /** Topics of Kafka, Connect and of mirrors themselves, which stay where they are. */
  isInternal(topic: string): boolean
  isHeartbeats(topic: string): boolean
  readonly heartbeats: string
  readonly checkpoints: string
  offsetSyncs(otherAlias: string): string
}

export interface PolicyOptions {
  /** Of the cluster that is mirrored. */
  readonly alias: string
  readonly separator: string
  /** Whether the separator stands in names of internal topics, too. */
  readonly separatesInternal: boolean
  readonly keepsNames: boolean
}

const heartbeats = 'heartbeats'

export function replicationPolicy(options: PolicyOptions): ReplicationPolicy {
  const { alias, separator, keepsNames } = options
  const between = options.separatesInternal ? separator : '.'
  const internalEnd = `${between}internal`
  const prefixed = (topic: string) => `${alias}${separator}${topic}`
  const split = (topic: string) => {
    const at = topic.indexOf(separator)
    return at <= 0
      ? undefined
      : { alias: topic.slice(0, at), topic: topic.slice(at + separator.length) }
  }
  const isHeartbeats = (topic: string): boolean =>
    topic === heartbeats || topic.endsWith(`${separator}${heartbeats}`)
  // Who keeps names keeps them for all but heartbeats, whose way is to be seen.
  const parts = (topic: string) => (keepsNames && !isHeartbeats(topic) ? undefined : split(topic))
  return {
    heartbeats,
    checkpoints: `${alias}${between}checkpoints${internalEnd}`,
    offsetSyncs: (other) => `mm2-offset-syncs${between}${other}${internalEnd}`,
    remote: (topic) => (keepsNames && !isHeartbeats(topic) ? topic : prefixed(topic)),
    sourceOf: (topic) => parts(topic)?.alias,
    upstreamOf: (topic) => parts(topic)?.topic,
    isHeartbeats,
    isInternal: (topic) =>
      topic.startsWith('__') ||
      topic.startsWith('.') ||
      topic.endsWith('-internal') ||
      topic.endsWith('.internal') ||
      (topic.startsWith('mm2') && topic.endsWith(internalEnd)) ||
      topic.endsWith(`${between}checkpoints${internalEnd}`),
  }
}

/** Whether a topic has been at a cluster before: mirroring it there would go round for ever. */
export function isCycle(topic: string, targetAlias: string, policy: ReplicationPolicy): boolean {
  for (let name = topic; ; ) {
    const source = policy.sourceOf(name)
    if (source === undefined) return false
    if (source === targetAlias) return true
    const upstream = policy.upstreamOf(name)
    if (upstream === undefined || upstream === name) return false
    name = upstream
  }
}
