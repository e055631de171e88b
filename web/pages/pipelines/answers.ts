/** What the console's API says of pipelines. */
export interface PipelineRow {
  readonly name: string
  /** It reads as this group. */
  readonly group: string
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly state: 'RUNNING' | 'FAILED' | 'STOPPED'
  readonly why?: string
  readonly read: number
  readonly written: number
  /** Records that went to the errors. */
  readonly failed: number
  /** Events that came after their window was closed. */
  readonly late: number
}
