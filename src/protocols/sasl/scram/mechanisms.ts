/** The SCRAM mechanisms of Kafka (KIP-84, KIP-554), as data. */

export interface ScramMechanism {
  readonly name: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  /** Its number in DescribeUserScramCredentials and AlterUserScramCredentials. */
  readonly type: number
  /** As node:crypto calls it. */
  readonly hash: 'sha256' | 'sha512'
  readonly keyBytes: number
}

export const scramMechanisms: readonly ScramMechanism[] = [
  { name: 'SCRAM-SHA-256', type: 1, hash: 'sha256', keyBytes: 32 },
  { name: 'SCRAM-SHA-512', type: 2, hash: 'sha512', keyBytes: 64 },
]

export type ScramName = ScramMechanism['name']

export function scramMechanism(name: string): ScramMechanism | undefined {
  return scramMechanisms.find((mechanism) => mechanism.name === name)
}

/** Kafka's bounds for what is stored; the lower one is also its default. */
export const fewestIterations = 4096
export const mostIterations = 16_384
