/**
 * Services of type `s3`: each message is an object of a bucket, without any broker.
 *
 * A writer names objects `{prefix}/{topic}/{date}/{topic}-{uuid}-{seqno}{suffix}`. AT_LEAST_ONCE and
 * EXACTLY_ONCE resolve when the server has taken the object in, and try again over a lost server;
 * EXACTLY_ONCE never writes an object twice. AT_MOST_ONCE resolves at once, and tries once.
 *
 * A reader reads what is there, folder by folder of the date; in a folder by the time of writing, and
 * the messages of one writer by their number. (SINETStream's reads names a hundred at a time, each
 * hundred from its last to its first.) Then its iteration ends, unless `poll_interval_ms` is given:
 * then it lists all names of its topics again and again for what is new, so that nothing is missed
 * that came late. It keeps no position: another reader reads everything again.
 */
import type { Transport } from '../transport.ts'
import { openS3Inlet } from './inlet.ts'
import { openS3Outlet } from './outlet.ts'
import { specKeys } from './spec.ts'

export const s3: Transport = {
  type: 's3',
  specKeys,
  carriage: () => ({ headers: 'ascii' }),
  reads: (wanted, topic) => wanted === '*' || wanted === topic,
  ownSpecKeys: [],
  openInlet: openS3Inlet,
  openOutlet: openS3Outlet,
}
