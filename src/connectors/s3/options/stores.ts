/** Where objects are kept, and what they are called. */
import type { Options } from '../../../connect/kit/index.ts'

const group = 'Storage'

/** S3 takes ten, and three are ours. */
const mostTags = 7

export const storeOptions = {
  's3.bucket.name': {
    type: 'string',
    default: '',
    about: 'The bucket; not needed where store.url is a directory.',
    importance: 'high',
    group,
  },
  's3.region': {
    type: 'string',
    default: 'us-west-2',
    about: 'The region of the bucket.',
    importance: 'medium',
    group,
  },
  'store.url': {
    type: 'string',
    default: null,
    about:
      'Another server than AWS, such as http://minio:9000, or a directory: file:///var/lake (file:./lake is relative).',
    importance: 'high',
    group,
    check: (url: string) =>
      /^(https?:\/\/|file:)./.test(url) ? undefined : 'write http://HOST:PORT or file:///FOLDER',
  },
  'aws.access.key.id': {
    type: 'string',
    default: '',
    about: "The access key; without one, AWS's own ways of finding one are used.",
    importance: 'high',
    group,
  },
  'aws.secret.access.key': {
    type: 'password',
    default: null,
    about: 'The secret key.',
    importance: 'high',
    group,
  },
  's3.path.style.access.enabled': {
    type: 'boolean',
    default: 'true',
    about: "Whether the bucket stands in the URL's path, and not in the host's name.",
    importance: 'low',
    group,
  },
  's3.part.size': {
    type: 'int',
    default: '26214400',
    least: 5_242_880,
    most: 2_147_483_647,
    about: 'Larger objects are sent in parts of so many bytes.',
    importance: 'high',
    group,
  },
  's3.part.retries': {
    type: 'int',
    default: '3',
    least: 0,
    about: 'How often a request is tried again before the whole commit is.',
    importance: 'medium',
    group,
  },
  's3.ssea.name': {
    type: 'string',
    default: '',
    oneOf: ['', 'AES256', 'aws:kms'],
    about: 'The encryption by the server.',
    importance: 'low',
    group,
  },
  's3.sse.kms.key.id': {
    type: 'string',
    default: '',
    about: 'The key of aws:kms.',
    importance: 'low',
    group,
  },
  's3.acl.canned': {
    type: 'string',
    default: null,
    about: 'An access list that objects get, such as bucket-owner-full-control.',
    importance: 'low',
    group,
  },
  'enable.conditional.writes': {
    type: 'boolean',
    default: 'true',
    about:
      'Objects are written only where there is none of that name: with it each record is there once, also after a crash.',
    importance: 'medium',
    group,
  },
  's3.object.tagging': {
    type: 'boolean',
    default: 'false',
    about: 'Whether objects are tagged with startOffset, endOffset and recordCount.',
    importance: 'low',
    group,
  },
  's3.object.tagging.key.value.pairs': {
    type: 'list',
    default: '',
    about: 'More tags, such as plant:north,line:3.',
    importance: 'low',
    group,
    check: wrongTags,
  },
  's3.object.behavior.on.tagging.error': {
    type: 'string',
    default: 'ignore',
    oneOf: ['ignore', 'fail'],
    about: 'What follows where an object cannot be tagged; ignore logs a warning.',
    importance: 'low',
    group,
  },
  'topics.dir': {
    type: 'string',
    default: 'topics',
    about: 'What the names of all objects begin with.',
    importance: 'high',
    group,
  },
  'directory.delim': {
    type: 'string',
    default: '/',
    about: 'What stands between folders.',
    importance: 'medium',
    group,
  },
  'file.delim': {
    type: 'string',
    default: '+',
    about: 'What stands between the parts of a file name.',
    importance: 'medium',
    group,
  },
  'filename.offset.zero.pad.width': {
    type: 'int',
    default: '10',
    least: 0,
    most: 19,
    about: 'Offsets in names have at least so many digits.',
    importance: 'low',
    group,
  },
  'object.name.format': {
    type: 'string',
    default: null,
    about:
      'Names objects in another way: {topic}, {partition}, {offset}, {time} of the first record and {date} (now, as Java prints one) are filled in. Without the offset an object of the same name is overwritten; with {date} records may be repeated after a crash.',
    importance: 'low',
    group,
  },
} as const satisfies Options

function wrongTags(pairs: readonly string[]): string | undefined {
  const wrong = pairs.find((pair) => !/^[^:]+:[^:]*$/.test(pair))
  if (wrong !== undefined) return `'${wrong}' is no KEY:VALUE`
  return pairs.length > mostTags ? `give at most ${mostTags}` : undefined
}
