import { sinetCatalogue } from '../sinetstream/errors.ts'

export const valueError = sinetCatalogue({
  'value-wrong': {
    kind: 'InvalidMessageError',
    says: ({ type, given, expected }: { type: string; given: string; expected: string }) =>
      `The value type ${type} takes ${expected}, not ${given}.`,
  },
  'value-unreadable': {
    kind: 'InvalidMessageError',
    says: ({ type, why }: { type: string; why: string }) =>
      `The message's value cannot be read as ${type}: ${why}. Writer and reader need the same value_type.`,
  },
  'value-invalid': {
    kind: 'InvalidMessageError',
    says: ({ vendor, issues }: { vendor: string; issues: readonly string[] }) =>
      `The value does not fit its ${vendor} schema: ${issues.join('; ')}.`,
  },
  'validation-failed': {
    kind: 'InvalidMessageError',
    says: ({ vendor }: { vendor: string }) =>
      `The ${vendor} schema threw an error instead of telling whether the value fits it; the cause says which.`,
  },
  'validation-asynchronous': {
    kind: 'InvalidArgumentError',
    says: ({ vendor }: { vendor: string }) =>
      `The ${vendor} schema validates asynchronously, which a message cannot wait for; use one that answers at once.`,
  },
  'value-type-unknown': {
    kind: 'InvalidArgumentError',
    says: ({ name, known }: { name: string; known: readonly string[] }) =>
      `value_type '${name}' is not known; the known ones are ${known.join(', ')}.`,
  },
  'argument-unknown': {
    kind: 'InvalidArgumentError',
    says: ({ name, argument, known }: UnknownArgument) =>
      `The value type ${name} has no argument '${argument}'; ${known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`}.`,
  },
  'image-format-unknown': {
    kind: 'InvalidArgumentError',
    says: ({ given, known }: { given: unknown; known: readonly string[] }) =>
      `img_format ${JSON.stringify(given) ?? String(given)} is not known; the known ones are ${known.join(', ')}.`,
  },
})

interface UnknownArgument {
  readonly name: string
  readonly argument: string
  readonly known: readonly string[]
}
