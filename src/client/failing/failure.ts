/** Why a message was not dealt with, and how often that was tried. */
export interface Failure {
  readonly error: unknown
  readonly attempts: number
  /** Whether another attempt could have another end: bytes that cannot be read stay as they are. */
  readonly mayPass: boolean
}
