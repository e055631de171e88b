/**
 * The console: a page that shows what happens, and the JSON behind it.
 *
 * It serves the page's files, says who somebody is and what role they have, and does for them what
 * the page asks: with topics and groups as a Kafka client of its own, once the visitor's rights have
 * been asked as the broker asks them; with schemas and connectors by the doors of the registry and of
 * Connect, as that visitor.
 *
 * It promises that nobody sees or changes here what they may not elsewhere; that a viewer changes
 * nothing; that a page of somewhere else can ask for nothing with the login of its visitor; that
 * sessions end, are bounded, and are nowhere but in memory.
 *
 * It leaves to others who is a user (the broker, an issuer of OpenID Connect), what a user may do
 * (the broker's ACLs), and how the page looks (`web/`). It is loaded by the first who asks for it.
 */
export { type Console, type ConsoleOptions, openConsole } from './console.ts'
export type { LoginSettings } from './login/login.ts'
export type { PipelineTold } from './pipelines.ts'
export type { Parts, Way } from './services.ts'
