/** The suite that every connector passes: what workers count on, and what users read of it. */

export { surroundings, taskContext } from './contexts.ts'
export { testPlugin } from './plugin-suite.ts'
export { textRecords } from './records.ts'
export { type SinkUnderTest, testSink } from './sink-suite.ts'
export { type SourceUnderTest, testSource } from './source-suite.ts'
