import type { Command, Group } from '../command.ts'

interface Entry {
  readonly summary: string
  /** A command is loaded when it is run: `leat up` does not wait for the others. */
  readonly load: () => Promise<Command | Group>
}

/** The only list of the commands, in the order of the help. */
export const commands: Readonly<Record<string, Entry>> = {
  up: {
    summary: 'Starts what leat.yml names, or everything on the default ports.',
    load: async () => (await import('./up.ts')).up,
  },
  demo: {
    summary: 'Starts leat and two simulated pumps, and shows their readings.',
    load: async () => (await import('./demo.ts')).demo,
  },
  init: {
    summary: 'Writes a leat.yml that explains every setting.',
    load: async () => (await import('./init.ts')).init,
  },
  check: {
    summary: 'Says whether a leat.yml is right, and what it would start.',
    load: async () => (await import('./check.ts')).check,
  },
  diff: {
    summary: 'Says how what is there differs from what the files say.',
    load: async () => (await import('./diff.ts')).diff,
  },
  health: {
    summary: 'Asks a running leat whether it takes records; its exit code is the answer.',
    load: async () => (await import('./health.ts')).health,
  },
  certs: {
    summary: 'Makes authorities, certificates and key stores for TLS.',
    load: async () => (await import('./certs.ts')).certs,
  },
  asyncapi: {
    summary: 'Prints what leat.yml names as an AsyncAPI document: servers, channels, messages.',
    load: async () => (await import('./asyncapi.ts')).asyncapi,
  },
  produce: {
    summary: 'Writes the lines of stdin to a topic.',
    load: async () => (await import('./produce.ts')).produce,
  },
  consume: {
    summary: 'Prints the records of topics.',
    load: async () => (await import('./consume.ts')).consume,
  },
  write: {
    summary: "Writes messages to a service, as SINETStream's 'write' does.",
    load: async () => (await import('./write.ts')).write,
  },
  read: {
    summary: "Prints or keeps the messages of a service, as SINETStream's 'read' does.",
    load: async () => (await import('./read.ts')).read,
  },
  pub: {
    summary: "The same as 'write'.",
    load: async () => (await import('./write.ts')).write,
  },
  sub: {
    summary: "The same as 'read'.",
    load: async () => (await import('./read.ts')).read,
  },
  ping: {
    summary: 'Writes messages to a service and waits until they come back.',
    load: async () => (await import('./ping.ts')).ping,
  },
  bridge: {
    summary: "Passes messages on from services to services, as SINETStream's bridge does.",
    load: async () => (await import('./bridge.ts')).bridge,
  },
  topics: {
    summary: 'Lists, describes, creates, configures and deletes topics.',
    load: async () => (await import('./topics.ts')).topics,
  },
  connectors: {
    summary: 'Lists, creates, changes and watches connectors; shows and returns dead letters.',
    load: async () => (await import('./connectors.ts')).connectors,
  },
  mirror: {
    summary: 'Shows what is mirrored, how far behind, and why something is not.',
    load: async () => (await import('./mirror.ts')).mirror,
  },
  groups: {
    summary: 'Lists, describes, rewinds and deletes consumer groups.',
    load: async () => (await import('./groups.ts')).groups,
  },
  acls: {
    summary: 'Lists, adds and removes rules of access: who may do what.',
    load: async () => (await import('./acls.ts')).acls,
  },
  quotas: {
    summary: 'Lists and sets how much clients may do in a time.',
    load: async () => (await import('./quotas.ts')).quotas,
  },
  users: {
    summary: 'Lists, adds and removes users who log in with a password.',
    load: async () => (await import('./users.ts')).users,
  },
  tokens: {
    summary: 'Makes, lists, renews and expires delegation tokens.',
    load: async () => (await import('./tokens.ts')).tokens,
  },
  schemas: {
    summary: 'Lists, shows, registers, checks and compares the schemas of a registry.',
    load: async () => (await import('./schemas.ts')).schemas,
  },
  lake: {
    summary: 'Lists the tables of a lake, and asks them in SQL.',
    load: async () => (await import('./lake.ts')).lake,
  },
  pipelines: {
    summary: 'Lists the pipelines of leat.yml, tests their examples, and previews what they write.',
    load: async () => (await import('./pipelines.ts')).pipelines,
  },
  sensor: {
    summary: 'Simulates a machine: publishes temperature, vibration, position and light over MQTT.',
    load: async () => (await import('./sensor.ts')).sensor,
  },
  doctor: {
    summary: 'Goes the way to a Kafka broker step by step, and says where it ends and why.',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  graduate: {
    summary: 'Goes on with all there is on an Apache Kafka, or comes back from one.',
    load: async () => (await import('./graduate.ts')).graduate,
  },
  verify: {
    summary: 'Checks every byte of a data directory.',
    load: async () => (await import('./verify.ts')).verify,
  },
  version: {
    summary: 'Prints the version.',
    load: async () => (await import('./version.ts')).version,
  },
}
