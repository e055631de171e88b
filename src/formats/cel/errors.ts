import { catalogue } from '../../base/errors.ts'

interface Place {
  readonly text: string
  readonly column: number
  readonly why: string
}

export const celError = catalogue({
  'wrong-expression': {
    says: ({ text, column, why }: Place) =>
      `'${text}' is no expression: at character ${column}, ${why}.`,
  },
  'expression-failed': {
    says: ({ text, column, why }: Place) =>
      `'${text}' has no result for this record: at character ${column}, ${why}.`,
  },
})
