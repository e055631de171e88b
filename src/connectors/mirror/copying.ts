/** What a mirror copies with, for those who copy a whole cluster once. */
export { ensureOwnTopic } from './clusters.ts'
export { type Copied, Copy } from './copy.ts'
export { groupStateOf, isFree, listGroups, positionsOf, setPositions } from './groups.ts'
export { MapReader, type MapRecord, writeMap } from './map-topic.ts'
export { Tail } from './tail.ts'
