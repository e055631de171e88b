/** Nothing here is unbounded: every limit of the door, with its name and what happens beyond it. */
export interface MqttLimits {
  /** Connections at a time; one more is closed. */
  connections: number
  /** Connections of one address at a time. */
  connectionsPerAddress: number
  /** New connections of one address in a second; a second's worth can be saved up. */
  connectionRate: number
  /** How long a connection may take to send its CONNECT, and its login. */
  connectMs: number
  /** The largest packet that is taken (announced in MQTT 5). */
  packetBytes: number
  /** Messages of a client that are not acknowledged yet; beyond it the client is not read from. */
  receiveMaximum: number
  /** Topic aliases that a client may define. */
  topicAliases: number
  topicBytes: number
  topicLevels: number
  /** Unacknowledged messages on the way to a client that names no receive maximum. */
  inflight: number
  /** Messages waiting in memory for one client; behind them the client reads from the log. */
  queuedMessages: number
  queuedBytes: number
  /** Bytes that a client has not taken from its socket yet before we stop writing. */
  unsentBytes: number
  /** Topic filters of a session. */
  subscriptions: number
  /** Sessions, connected or not; beyond it new clients are refused. */
  sessions: number
  /** The longest time that a session outlives its connection. */
  sessionExpirySeconds: number
  retainedMessages: number
  retainedBytes: number
  /** Kafka topics in all; beyond it a publish creates no new one. */
  topics: number
  /** QoS 0 messages of one client on their way into the log; beyond it the client is not read from. */
  unconfirmedMessages: number
  /** QoS 0 messages of all clients on their way into the log; beyond it they are dropped and counted. */
  unconfirmedBytes: number
  /** Sessions that read older records at the same time; others wait for their turn. */
  catchUpReaders: number
  /** How often the door looks for topics that Kafka clients made. */
  topicRefreshMs: number
  /** How old the stored position of a session may be; after a crash so much may come twice. */
  positionMs: number
  /** Another door that says nothing for so long is taken for dead, where clients share a subscription. */
  doorSilenceMs: number
  /** Superseded bytes in a state topic before it is rewritten. */
  garbageBytes: number
  /** How long a client may wait for the log before it is told that the server is unavailable. */
  logWaitMs: number
  /** How long closing may take. */
  closeMs: number
}

export const defaultLimits: Readonly<MqttLimits> = {
  connections: 10_000,
  connectionsPerAddress: 10_000,
  connectionRate: 1_000_000,
  connectMs: 10_000,
  packetBytes: 1_048_576,
  receiveMaximum: 1000,
  topicAliases: 100,
  topicBytes: 4096,
  topicLevels: 100,
  inflight: 100,
  queuedMessages: 1000,
  queuedBytes: 1_048_576,
  unsentBytes: 262_144,
  subscriptions: 1000,
  sessions: 100_000,
  sessionExpirySeconds: 30 * 24 * 60 * 60,
  retainedMessages: 100_000,
  retainedBytes: 67_108_864,
  topics: 1000,
  unconfirmedMessages: 1000,
  unconfirmedBytes: 16_777_216,
  catchUpReaders: 16,
  topicRefreshMs: 1000,
  positionMs: 1000,
  doorSilenceMs: 6000,
  garbageBytes: 16_777_216,
  logWaitMs: 10_000,
  closeMs: 1500,
}
