/**
 * What the HTTP doors before a Kafka share: who comes in, what they may do, and how others are
 * refused.
 *
 * A user is the same as at the broker: passwords and tokens are checked by a login there
 * (`client/access/`), a client certificate names a user, rights are the broker's ACLs. It promises
 * that nothing is answered, and nothing read of a body, before somebody is let in; that a page of
 * elsewhere in a browser changes nothing; that what was refused is logged without a secret.
 *
 * It leaves to the doors what is asked of whom (their routes' rights) and the words of their API.
 */
export { addDemands, type Demand } from './demands.ts'
export { Entrance, type EntranceOptions, type Gatekeeper, httpWaysIn } from './entrance.ts'
export {
  askerOf,
  type Guard,
  guarded,
  type RefusalForm,
  rightsOf,
  visitorOf,
} from './guarded.ts'
export { InsideEntrance, type InsideOptions, type Speaker } from './inside-entrance.ts'
export { foreignNameIn, foreignOriginIn } from './own-name.ts'
export { writeSpokenFor } from './spoken-for.ts'
export { describeChange, tellChange } from './told-change.ts'
export {
  type Admission,
  type Admits,
  type Refused,
  type Visitor,
  visitorInside,
} from './visitor.ts'
