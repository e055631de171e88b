/**
 * Connect: connectors that carry records between topics and other systems, run by workers that share
 * them, with Kafka Connect's REST, configuration keys and state topics.
 *
 * It promises: a sink's offsets are committed after its records are where they belong, and a
 * source's offsets are stored after its records are; a record that cannot be taken goes where
 * `errors.*` says and takes no other with it; what fails begins again by itself and says why; a
 * change of one connector disturbs no other; when a worker is gone the others go on with its work.
 *
 * State lives in topics (`state/`) in Kafka Connect's formats, so that it can take over, and back.
 * What a connector does with its system is written with `kit/`; which connectors there are is told
 * from above.
 */
export { storedConnectors } from './stored.ts'
export { ConnectWorker, type ConnectWorkerOptions } from './worker.ts'
