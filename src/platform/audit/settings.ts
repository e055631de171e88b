/** `audit` of leat.yml. */
import { flag, integer, part, scalar, type ValueOf } from '../../base/settings.ts'

const topicName = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/

export const audit = part(
  'Who logged in, was refused and changed what: as records of a topic, which are CloudEvents.',
  {
    topic: scalar(
      { about: 'The topic.', example: 'leat-audit', fallback: 'leat-audit' },
      'the name of a topic',
      (raw) => (topicName.test(raw) ? raw : undefined),
    ),
    allowed: flag({
      about: 'Whether what clients may do is told as well, once for each connection.',
      example: 'false',
      fallback: false,
    }),
    queuedBytes: integer(
      {
        about: 'How much may wait to be written; what comes beyond is counted, and lost.',
        example: '16777216',
        fallback: 16_777_216,
      },
      65_536,
      1_073_741_824,
    ),
  },
)

export type AuditSettings = ValueOf<typeof audit>
