import { anonymous } from '../access/principal.ts'
import type { Rights } from '../access/rights.ts'
import type { Visitor } from '../client/doors/index.ts'

const noRights: Rights = { allows: () => false, shows: () => false, allowsAny: () => false }

/** Somebody who gets the page itself, and a form to log in by: no route under /api/ answers them. */
export const stranger: Visitor = { principal: anonymous, host: '', rights: noRights }
