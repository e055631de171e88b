import { sinetCatalogue } from '../sinetstream/errors.ts'

export const eventError = sinetCatalogue({
  'event-attribute-wrong': {
    kind: 'InvalidArgumentError',
    says: ({ name, wanted }: { name: string; wanted: string }) =>
      `The attribute '${name}' of the CloudEvent is missing or wrong; give ${wanted}.`,
  },
  'event-attribute-name': {
    kind: 'InvalidArgumentError',
    says: ({ name }: { name: string }) =>
      `A CloudEvent can have no extension '${name}': names are lower-case letters and digits, not 'data', nor an attribute of the standard.`,
  },
  'event-unreadable': {
    kind: 'InvalidMessageError',
    says: ({ why }: { why: string }) => `The message is no CloudEvent: ${why}.`,
  },
  'event-data': {
    kind: 'InvalidMessageError',
    says: ({ type }: { type: string }) =>
      `The event's data are no ${type}, as its 'datacontenttype' says; give it another, or another value_type.`,
  },
})
