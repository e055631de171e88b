/** Why records are refused: a Kafka error code, and a sentence for the client's user. */
export class Refusal {
  readonly errorCode: number
  readonly errorMessage: string | null
  /** The records of the batch that are at fault, where it is known. */
  readonly recordErrors: readonly { batchIndex: number; batchIndexErrorMessage: string }[]

  constructor(
    code: number,
    errorMessage: string | null = null,
    recordErrors: Refusal['recordErrors'] = [],
  ) {
    this.errorCode = code
    this.errorMessage = errorMessage
    this.recordErrors = recordErrors
  }
}
