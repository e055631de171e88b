/** What the console's API says of who asks, and of the cluster. */
export interface Session {
  readonly user: string | null
  readonly role: 'operator' | 'viewer'
  readonly parts: Readonly<Record<Part, boolean>>
  readonly version: string
  /** How one could log in; the page reads it where one has to. */
  readonly ways: readonly ('password' | 'oidc')[]
  readonly oidcLabel?: string
}

export type Part = 'registry' | 'connect' | 'mqtt' | 'pipelines' | 'embedded'

export interface Cluster {
  readonly id: string | null
  /** Null where there is none. */
  readonly controller: number | null
  readonly brokers: readonly {
    readonly id: number
    readonly host: string
    readonly port: number
    readonly rack: string | null
  }[]
}
