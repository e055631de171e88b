/** Kafka's tools of 2019: the oldest protocol versions that are still in use. */
import { consoleToolsWork } from './kafka-tools.ts'

consoleToolsWork('2.1.1')
