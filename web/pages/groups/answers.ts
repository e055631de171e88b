/** What the console's API says of groups. */
export interface GroupRow {
  readonly group: string
  readonly state: string
  readonly protocolType: string
  readonly members: number
  readonly lag: string | null
}

export interface Group {
  readonly group: string
  readonly state: string
  readonly protocol: string
  readonly coordinator: number
  readonly members: readonly Member[]
  readonly offsets: readonly Position[]
}

export interface Member {
  readonly id: string
  readonly clientId: string
  readonly host: string
  readonly assignment: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
}

export interface Position {
  readonly topic: string
  readonly partition: number
  readonly committed: string
  readonly end: string | null
  readonly lag: string | null
  readonly metadata: string
}

/** How a reset moves, or would move, one position. */
export interface Move {
  readonly topic: string
  readonly partition: number
  readonly from: string | null
  readonly to: string
}
