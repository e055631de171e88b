import type { Operation, ResourceType } from './acl.ts'
import type { Principal } from './principal.ts'

export interface Resource {
  readonly type: ResourceType
  readonly name: string
}

/** Decides who may do what. Hosts are addresses as `hostAddress` writes them. */
export interface Authorizer {
  /** Changes whenever an earlier decision may have become wrong. */
  readonly version: number
  allows(principal: Principal, host: string, operation: Operation, resource: Resource): boolean
  /** Whether there can be a resource of this type with which the principal may do it. */
  allowsAny(principal: Principal, host: string, operation: Operation, type: ResourceType): boolean
}
