/**
 * Tables of Iceberg (format version 2) over the files of the lake: `topics/TOPIC/metadata/` says which
 * files a topic's table has, as Iceberg's own directory tables keep it.
 *
 * It promises that files are in the table once and all of a commit at the same moment, that readers
 * see whole versions only, and that the metadata stays small however long it goes on. The table is
 * leat's: what other programs write to it makes commits end with an error that says so.
 */
export { IcebergTables } from './tables.ts'
