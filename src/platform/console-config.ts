/** What leat.yml says of the console: who comes in, by what, and as what. */
import {
  choice,
  flag,
  integer,
  list,
  optional,
  part,
  type Report,
  scalar,
  text,
  type ValueOf,
} from '../base/settings.ts'
import { tlsClientSetting } from '../base/tls/settings.ts'
import { httpWaysIn } from '../client/doors/index.ts'
import { isLoopback } from './addresses.ts'
import { httpDoor, onOneLine } from './http-doors.ts'
import { address } from './listener-settings.ts'

/** `login` is for people: a page to log in at, and a session. */
const waysIn = ['login', ...httpWaysIn] as const
export type ConsoleWayIn = (typeof waysIn)[number]

/** Secrets travel to it, and what it says is believed. */
function safeUrl(about: string, example: string) {
  return scalar({ about, example }, 'an address with https, or one of this machine', (raw) => {
    const url = URL.parse(raw)
    const isSafe = url?.protocol === 'https:' || isLoopback(url?.hostname ?? '')
    return isSafe && /^https?:$/.test(url?.protocol ?? '') ? raw : undefined
  })
}

const origin = scalar(
  {
    about: 'What browsers write to get here, where that is another address: behind a proxy.',
    example: 'https://leat.example',
  },
  'an address without a path',
  (raw) => {
    const url = URL.parse(raw)
    const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/'
    return isOrigin && url.search === '' && url.hash === '' ? url.origin : undefined
  },
)

const oidc = part('Where people log in by OpenID Connect, if they do not by password.', {
  issuer: safeUrl('Who says who somebody is.', 'https://login.example/realms/plant'),
  clientId: text({ about: 'What leat is called there.', example: 'leat' }),
  clientSecret: optional(
    text({
      about: 'What leat shows there: a reference; without it leat is a public client.',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
      example: '"${env:OIDC_SECRET}"',
    }),
  ),
  scopes: list(
    {
      about: 'What is asked for.',
      example: '[ openid, profile, groups ]',
      fallback: ['openid', 'profile'],
    },
    text({ about: 'A scope.', example: 'profile' }),
  ),
  user: text({
    about: 'The claim that names the user, whose rights are those of that user at Kafka.',
    example: 'sub',
    fallback: 'sub',
  }),
  groups: text({
    about: 'The claim that lists groups, for roles.',
    example: 'groups',
    fallback: 'groups',
  }),
  prompt: optional(
    choice(
      {
        about:
          'What the issuer asks each time, also whom it knows already: login (the password), select_account or consent.',
        example: 'login',
      },
      ['login', 'select_account', 'consent'],
    ),
  ),
  label: text({
    about: 'What the button says.',
    example: 'Company login',
    fallback: 'Company login',
  }),
  passwords: flag({
    about: 'Whether users of the broker may log in by their passwords beside it.',
    example: 'true',
    fallback: true,
  }),
  tls: optional(onOneLine(tlsClientSetting, '{ ca: ./ca.crt }')),
})

const names = list(
  {
    about: 'Users, groups of an issuer (group:NAME), or everybody ("*").',
    example: '[ alice, "group:plant" ]',
    fallback: [],
  },
  text({ about: 'A user, a group or everybody.', example: 'alice' }),
)

const roles = part(
  'Who may change something, and who may look; without it everybody may, within their rights.',
  { operator: names, viewer: names },
)

export const consolePart = part('The web console, health and metrics over HTTP.', {
  bind: address('Where to listen.', 'localhost:8080', { host: 'localhost', port: 8080 }),
  ...httpDoor,
  auth: optional(
    list(
      {
        about:
          'How people (login: a page, and a session) and programs say who they are. Without it people log in where Kafka lets nobody in without a login.',
        example: '[ login, basic ]',
      },
      choice({ about: 'A way in.', example: 'login' }, waysIn),
    ),
  ),
  url: optional(origin),
  oidc: optional(
    onOneLine(
      oidc,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
      '{ issuer: https://login.example, clientId: leat, clientSecret: "${env:OIDC_SECRET}" }',
    ),
  ),
  roles: optional(onOneLine(roles, '{ operator: [ alice, "group:plant" ], viewer: [ "*" ] }')),
  session: part('How long somebody stays logged in.', {
    idleMinutes: integer(
      { about: 'Without asking for anything.', example: '30', fallback: 30 },
      1,
      1440,
    ),
    longestHours: integer({ about: 'At all.', example: '12', fallback: 12 }, 1, 168),
  }),
})

export type ConsoleConfig = ValueOf<typeof consolePart>

/** What no single setting can know of itself. */
export function reportConsole(console: ConsoleConfig | undefined, report: Report): void {
  if (console?.oidc === undefined) return
  const { auth, oidc } = console
  if (!auth?.includes('login')) {
    const says = "'oidc' is a way to log in; write 'auth: [ login ]' beside it."
    report({ at: ['console', 'oidc'], says, isKey: true })
  }
  if (!oidc.scopes.includes('openid')) {
    const says =
      "'scopes' is without openid, so that the issuer says nothing; write [ openid, profile ]."
    report({ at: ['console', 'oidc', 'scopes'], says })
  }
}
