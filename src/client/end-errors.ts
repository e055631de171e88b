import { sinetCatalogue } from '../formats/sinetstream/index.ts'

/** What a program does wrong with a Reader or a Writer. */
export const clientEndError = sinetCatalogue({
  'reader-closed': { kind: 'SinetError', says: () => 'The reader is closed; open a new one.' },
  'writer-closed': { kind: 'SinetError', says: () => 'The writer is closed; open a new one.' },
  'read-twice': {
    kind: 'SinetError',
    says: () =>
      'The reader is being read elsewhere: one loop or listener at a time; open a second reader, or give `concurrency` to `listen`.',
  },
  'dead-letters-headers': {
    kind: 'InvalidArgumentError',
    says: () =>
      "Dead letters say in headers why they are there, which only MQTT 5 has; set 'protocol: MQTTv5'.",
  },
  'dead-letters-loop': {
    kind: 'InvalidArgumentError',
    says: ({ topic }: { topic: string }) =>
      `'dead_letters.topic' is '${topic}', which the reader reads itself; name another.`,
  },
  'events-structured-only': {
    kind: 'InvalidArgumentError',
    says: () =>
      "The binary mode of CloudEvents needs the headers of Kafka or of MQTT 5 ('protocol: MQTTv5'); set 'cloudevents.mode: structured'.",
  },
  'events-unasked': {
    kind: 'InvalidArgumentError',
    says: () => "Only a writer with the parameter 'cloudevents' writes events; give it one.",
  },
  'trace-headers': {
    kind: 'InvalidArgumentError',
    says: () =>
      "A trace's context stands in headers, which only MQTT 5 has; set 'protocol: MQTTv5', or leave 'injectTrace' out.",
  },
  'no-seek': {
    kind: 'InvalidArgumentError',
    says: ({ type }: { type: string }) =>
      `Services of type '${type}' have no positions, so a reader cannot seek there.`,
  },
})
