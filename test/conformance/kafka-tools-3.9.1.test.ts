/** Kafka's tools of the last release with ZooKeeper. */
import { consoleToolsWork } from './kafka-tools.ts'

consoleToolsWork('3.9.1')
