/** Who may do what with the broker: rules of the configuration, rules that clients make, decisions. */
export { AccessControl, type AccessOptions } from './access-control.ts'
export { Insiders } from './insiders.ts'
export { refused, securityDisabled } from './refused.ts'
