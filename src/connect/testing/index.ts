/** The suite that every connector passes: what workers count on, and what users read of it. */

export { testPlugin } from './plugin-suite.ts'
export { type SinkUnderTest, testSink } from './sink-suite.ts'
export { type SourceUnderTest, testSource } from './source-suite.ts'
