/** `access.failedLogins` of leat.yml: what becomes of those who guess passwords. */
import { isIP } from 'node:net'
import { FailedLogins } from '../access/failed-logins.ts'
import { integer, list, part, scalar } from '../base/settings.ts'
import type { AccessConfig } from './access.ts'

const dayMs = 86_400_000

const ms = (about: string, fallback: number) =>
  integer({ about, example: `${fallback}`, fallback }, 1, dayMs)

const failures = (about: string, fallback: number) =>
  integer({ about, example: `${fallback}`, fallback }, 1, 1_000_000)

const place = scalar(
  { about: 'An address, or a network.', example: '10.0.0.0/8' },
  'localhost, an address or a network as ADDRESS/BITS',
  (raw) => (raw === 'localhost' || isPlace(raw) ? raw : undefined),
)

export const failedLogins = part(
  'How many logins by password may fail, at all doors together, before further ones are refused for a while.',
  {
    ofUserAtAddress: failures('Those of one user at one address.', 10),
    usersAtAddress: failures(
      'Users who fail at one address where they never came in; then only those who did are heard.',
      20,
    ),
    ofUser: failures(
      'Those of one user at addresses where this user never came in; then one failure is enough at each of them.',
      100,
    ),
    refusedMs: ms('How long is refused at first; each time after it twice as long.', 15_000),
    longestRefusedMs: ms('How long at most.', 900_000),
    forgottenMs: ms('What failed is forgotten when nothing else has for so long.', 900_000),
    exempt: list(
      {
        about: 'Where nothing is refused; localhost is this machine itself.',
        example: '[ localhost, 10.0.0.0/8 ]',
        fallback: ['localhost'],
      },
      place,
    ),
  },
)

export type FailedLoginSettings = ReturnType<typeof failedLogins.read>

function isPlace(raw: string): boolean {
  const [address = '', bits, ...more] = raw.split('/')
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  if (more.length > 0 || longest < 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest)
}

/** With the usual settings where there is no `access`. */
export function openFailedLogins(
  access: AccessConfig | undefined,
  parts: ConstructorParameters<typeof FailedLogins>[1],
): FailedLogins {
  return new FailedLogins(access?.failedLogins ?? failedLogins.read({}, [], () => {}), parts)
}
