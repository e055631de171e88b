/**
 * Graduation: all of one cluster at another one, so that everybody goes on there.
 *
 * It makes topics with the same names, partitions and records in the same order, and brings groups,
 * ACLs, quotas and users whose passwords are known. It promises that a record is at the target once,
 * however often it is interrupted; that positions of groups are translated exactly where offsets
 * differ; and that the check at the end reads both sides whole and says where they differ. It changes
 * nothing at the source.
 *
 * Records are copied by the mirror's parts; who stops the writers, and what leat.yml says afterwards,
 * is the platform's.
 */
export { ownMark, type PartitionReport } from './comparison.ts'
export type { CopyJob } from './copy-job.ts'
export { type Comparisons, Graduation, type GraduationOptions } from './graduation.ts'
export type { Plan } from './plan.ts'
export type { GroupReport } from './positions.ts'
export { readStretch } from './record-stream.ts'
